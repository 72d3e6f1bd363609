//! Writes random good documents into a folder, for a validator of the JSON Schema: `generate FOLDER COUNT`.

use recourse_policy::document::Format;
use recourse_tests_documents::{check, generate, rng::Rng};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().expect("a folder");
    let count: u64 = arguments.next().and_then(|count| count.parse().ok()).expect("a number of documents");
    for seed in 0..count {
        let mut rng = Rng::new(seed);
        let format = *rng.pick(&[Format::Toml, Format::Json]);
        let (text, _) = generate::document(&mut rng, format);
        let name = format!("{folder}/{seed}.{}", if format == Format::Toml { "toml" } else { "json" });
        std::fs::write(name, &text).expect("the folder is there");
        // As it is printed, too, which has other texts.
        let printed = check::read(format, text.as_bytes()).expect("it is good").print(Format::Json);
        if printed.trim() != "{\n\n}" {
            std::fs::write(format!("{folder}/{seed}.printed.json"), printed).expect("the folder is there");
        }
    }
}
