use recourse::race;

async fn one() -> Result<u8, String> {
    Ok(1)
}

async fn get(path: &str) -> Result<u8, String> {
    path.parse().map_err(|_| path.to_owned())
}

async fn call() -> Option<u8> {
    race!(one(), get(&String::from("2"))).await.ok()
}

fn main() {}
