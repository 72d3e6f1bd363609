use recourse::resilient;

pub struct Client {
    pub timeout: u64,
}

impl Client {
    #[resilient(timeout = "2s", executor = self.timeout)]
    pub async fn load(&self) -> Result<u8, String> {
        Ok(7)
    }
}

fn main() {}
