use recourse::race;

async fn connect(address: &str) -> Result<usize, String> {
    Ok(address.len())
}

async fn first() -> usize {
    let gap = "250ms";
    race!(max = 2, stagger = gap; for address in ["v6", "v4"] => connect(address)).await.unwrap()
}

fn main() {
    drop(first());
}
