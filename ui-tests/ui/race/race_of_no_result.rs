use recourse::race;

async fn one() -> Result<u8, String> {
    Ok(1)
}

async fn bare() -> u8 {
    2
}

async fn call() -> Option<u8> {
    race!(one(), bare()).await.ok()
}

fn main() {}
