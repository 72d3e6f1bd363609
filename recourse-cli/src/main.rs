//! `recourse`: checks the policy documents of recourse-rs, for CI and editors.

mod arguments;
mod check;
mod json;
mod text;

use std::io::Write as _;
use std::process::ExitCode;

/// All documents are good; there may be reports.
const GOOD: u8 = 0;
/// At least one document is refused, or `--strict` was given and there are reports.
const BAD: u8 = 1;
/// The arguments are wrong, or a file cannot be read.
const UNUSABLE: u8 = 2;

fn main() -> ExitCode {
    let (output, code) = match arguments::read() {
        Ok(arguments::Command::Schema) => (recourse_policy::document::schema(), GOOD),
        Ok(arguments::Command::Check(arguments)) => {
            let checked = check::check(&arguments);
            let output = if arguments.json { json::print(&checked) } else { text::print(&checked) };
            let code = match (checked.unread.is_empty(), checked.is_good(arguments.strict)) {
                (false, _) => UNUSABLE,
                (true, false) => BAD,
                (true, true) => GOOD,
            };
            (output, code)
        }
        Err(error) => {
            // Help goes to the standard output, and is no error.
            let code = if error.use_stderr() { UNUSABLE } else { GOOD };
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    // A reader that goes away early, such as `head`, is no failure.
    let _ = std::io::stdout().write_all(output.as_bytes());
    ExitCode::from(code)
}
