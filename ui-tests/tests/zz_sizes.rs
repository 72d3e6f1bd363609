use recourse::resilient;
#[resilient(retry = "3 attempts", timeout = "2s", budget = "10%")]
async fn a(x: String) -> Result<u8, String> { tokio::time::sleep(std::time::Duration::from_millis(1)).await; drop(x); Ok(1) }
#[resilient(timeout = "2s")]
async fn b(x: String) -> Result<u8, String> { tokio::time::sleep(std::time::Duration::from_millis(1)).await; drop(x); Ok(1) }
#[resilient(retry = "3 attempts")]
async fn c() -> Result<u8, String> { Ok(1) }
fn e(_: &String) -> recourse::Class { recourse::Class::RETRYABLE }
#[resilient(retry = "3 attempts", classify = e)]
async fn d<T: Clone>(x: T) -> Result<T, String> { Ok(x) }
#[test] fn sizes() { println!("SIZES {} {} {} {}", size_of_val(&a(String::new())), size_of_val(&b(String::new())), size_of_val(&c()), size_of_val(&d(1u8))); }
type Fine<T> = Result<T, String>;
