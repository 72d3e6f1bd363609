use recourse::race;

async fn one(_: u8) -> Result<u8, String> {
    Ok(1)
}

async fn call() -> Option<u8> {
    race!(max = 2; one(1), one(2)).await.ok()
}

fn main() {}
