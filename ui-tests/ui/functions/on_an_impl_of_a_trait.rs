use recourse::resilient;

pub struct Shards;

trait Store {
    async fn load(&self) -> Result<u8, String>;
}

#[resilient(retry = "3 attempts")]
impl Store for Shards {
    async fn load(&self) -> Result<u8, String> {
        Ok(7)
    }
}

fn main() {}
