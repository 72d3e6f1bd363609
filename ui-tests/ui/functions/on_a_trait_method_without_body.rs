use recourse::resilient;

#[allow(async_fn_in_trait)]
pub trait Store {
    #[resilient(timeout = "2s")]
    async fn load(&self) -> Result<u8, String>;
}

fn main() {}
