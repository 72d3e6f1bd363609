use recourse::resilient;

mod foreign {
    pub struct Error(());

    pub fn connect() -> Result<u8, Error> {
        if std::env::args().count() > 1_000 { Err(Error(())) } else { Ok(7) }
    }
}

#[resilient(retry = "3 attempts")]
async fn load() -> Result<u8, foreign::Error> {
    foreign::connect()
}

fn main() {}
