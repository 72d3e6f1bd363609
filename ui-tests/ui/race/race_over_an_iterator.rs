use recourse::race;

async fn one() -> Result<u8, String> {
    Ok(1)
}

async fn call() -> Option<u8> {
    race!(max = 4; for _ in 0..3 => one()).await.ok()
}

fn main() {}
