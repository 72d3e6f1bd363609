use recourse::race;

async fn one() -> Result<u8, String> {
    Ok(1)
}

async fn call() -> Option<u8> {
    race!().await.ok()
}

fn main() {}
