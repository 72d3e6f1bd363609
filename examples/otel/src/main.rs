//! Prints the tree of spans that a collector gets of one guarded call: `cargo run -p recourse-example-otel`.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    print!("{}", traced::tree(&traced::run()?));
    Ok(())
}
