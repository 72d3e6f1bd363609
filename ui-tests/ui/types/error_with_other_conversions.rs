use recourse::resilient;

#[derive(Debug)]
pub enum LoadError {
    Io(std::io::Error),
}

impl From<std::io::Error> for LoadError {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

#[resilient(timeout = "2s")]
async fn load(path: &str) -> Result<Vec<u8>, LoadError> {
    Ok(std::fs::read(path)?)
}

fn main() {}
