use recourse::resilient;

pub struct Counter(u32);

impl Counter {
    #[resilient(hedge = "p99")]
    pub async fn next(&mut self) -> Result<u32, String> {
        self.0 += 1;
        Ok(self.0)
    }
}

fn main() {}
