use recourse::resilient;

struct Pool(Vec<u8>);

impl Pool {
    #[resilient(retry = "3 attempts")]
    async fn first(&mut self) -> Result<&mut u8, String> {
        self.0.first_mut().ok_or_else(|| "empty".to_string())
    }
}

fn main() {}
