use recourse::Classify;

#[derive(Classify)]
pub union ApiError {
    pub code: u32,
    pub bytes: [u8; 4],
}

fn main() {}
