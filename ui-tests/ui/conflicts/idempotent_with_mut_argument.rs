use recourse::resilient;

#[resilient(timeout = "2s", idempotent)]
async fn fill(rows: &mut Vec<u8>) -> Result<(), String> {
    rows.push(7);
    Ok(())
}

fn main() {}
