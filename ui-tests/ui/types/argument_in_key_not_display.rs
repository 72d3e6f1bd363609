use recourse::resilient;

#[derive(Clone)]
struct Shard(u8);

#[resilient(key = "db.{shard}", retry = "3 attempts")]
async fn load(shard: Shard) -> Result<u8, String> {
    Ok(shard.0)
}

fn main() {}
