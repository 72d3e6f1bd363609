use recourse::resilient;

pub struct Client;

#[resilient(timeout = "2s")]
impl Client {
    pub async fn load(&self) -> Result<u8, String> {
        Ok(7)
    }
}

fn main() {}
