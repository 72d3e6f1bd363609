use recourse::resilient;

pub trait Stream {}

#[resilient(retry = "3 attempts")]
fn load() -> impl Stream {
    Numbers
}

pub struct Numbers;

impl Stream for Numbers {}

fn main() {}
