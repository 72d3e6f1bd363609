use recourse::resilient;

pub struct Upload(pub Vec<u8>);

impl Upload {
    #[resilient(retry = "3 attempts")]
    pub async fn send(self) -> Result<usize, String> {
        Ok(self.0.len())
    }
}

fn main() {}
