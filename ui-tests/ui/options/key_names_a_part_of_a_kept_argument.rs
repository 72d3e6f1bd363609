use recourse::resilient;

#[derive(Clone)]
pub struct Order {
    pub id: u8,
    pub note: String,
}

#[resilient(key = "orders.{id}", retry = "3 attempts", fallback = cached)]
async fn load(Order { id, .. }: Order) -> Result<u8, String> {
    Ok(id)
}

async fn cached(order: Order, _error: String) -> Result<u8, String> {
    Ok(order.id)
}

fn main() {}
