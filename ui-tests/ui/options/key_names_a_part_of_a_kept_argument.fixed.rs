use recourse::resilient;

#[derive(Clone)]
pub struct Order {
    pub id: u8,
    pub note: String,
}

#[resilient(key = "orders.{order.id}", retry = "3 attempts", fallback = cached)]
async fn load(order: Order) -> Result<u8, String> {
    Ok(order.id)
}

async fn cached(order: Order, _error: String) -> Result<u8, String> {
    Ok(order.id)
}

#[tokio::test(start_paused = true)]
async fn runs() {
    assert!(load(Order { id: 1, note: String::new() }).await.is_ok());
}
