use recourse::race;

async fn connect(address: &str) -> Result<usize, String> {
    Ok(address.len())
}

async fn first() -> usize {
    let gap = "250ms";
    race!(stagger = gap; connect("v6"), connect("v4")).await.unwrap()
}

fn main() {
    drop(first());
}
