use recourse::race;

async fn one() -> Result<u8, String> {
    Ok(1)
}

async fn load() -> Result<u8, String> {
    race!(deadline = u64::from(5_u8); one(), one()).await.map_err(|_| String::new())
}

fn main() {}
