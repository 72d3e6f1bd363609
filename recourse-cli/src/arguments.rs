//! The arguments of the command line.

use clap::{Arg, ArgAction, ArgMatches, Command as Clap, value_parser};
use recourse_policy::document::{KnownNames, NameKind};
use recourse_policy::{DurationText, OperatorBounds};
use std::path::PathBuf;

const EXIT_CODES: &str = "\
Exit codes:
  0  every document is good; values that are clamped are reported
  1  a document is refused, or with --strict something is reported
  2  the arguments are wrong, or a file cannot be read";

/// What to do.
#[derive(Debug)]
pub(crate) enum Command {
    Check(Box<Check>),
    Schema,
}

/// What to check, and how.
#[derive(Debug)]
pub(crate) struct Check {
    pub(crate) files: Vec<PathBuf>,
    pub(crate) json: bool,
    pub(crate) strict: bool,
    pub(crate) bounds: OperatorBounds,
    pub(crate) names: KnownNames,
}

/// Reads the arguments of the process.
pub(crate) fn read() -> Result<Command, clap::Error> {
    let matches = command().try_get_matches()?;
    match matches.subcommand() {
        Some(("check", matches)) => Ok(Command::Check(Box::new(check(matches)))),
        _ => Ok(Command::Schema),
    }
}

fn command() -> Clap {
    let names = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name("NAME").action(ArgAction::Append).help(help)
    };
    let check = Clap::new("check")
        .about("Checks policy documents, and prints the worst case of each policy")
        .long_about(
            "Checks policy documents (.toml, .json) as a program reads them: each fault with line and column, what is allowed and what to \
             write; then the worst case of each policy: attempts, and the longest time of a call. A folder stands for all documents \
             below it. All files are checked as one set, so a key in two of them is a fault.",
        )
        .after_help(EXIT_CODES)
        .arg(Arg::new("files").value_name("FILE").required(true).num_args(1..).value_parser(value_parser!(PathBuf)))
        .arg(
            Arg::new("format")
                .long("format")
                .value_name("FORMAT")
                .value_parser(["text", "json"])
                .default_value("text")
                .help("How to print the result"),
        )
        .arg(Arg::new("strict").long("strict").action(ArgAction::SetTrue).help("Fail if something is only reported, too"))
        .arg(
            Arg::new("max-attempts")
                .long("max-attempts")
                .value_name("N")
                .value_parser(value_parser!(u32).range(1..))
                .help("The most attempts that the program allows a document [default: 10]"),
        )
        .arg(
            Arg::new("max-delay")
                .long("max-delay")
                .value_name("D")
                .value_parser(|text: &str| text.parse::<DurationText>())
                .help("The longest delay that the program allows a document [default: 30s]"),
        )
        .arg(
            Arg::new("forever")
                .long("forever")
                .action(ArgAction::SetTrue)
                .help("The program allows retries without end"),
        )
        .arg(
            Arg::new("unlimited-budget")
                .long("unlimited-budget")
                .action(ArgAction::SetTrue)
                .help("The program allows budgets of \"none\""),
        )
        .arg(names("trigger", "A trigger that the program registers; may be given several times"))
        .arg(names("budget", "A budget that the program registers; may be given several times"))
        .arg(names("classifier", "A classifier that the program registers; may be given several times"));
    Clap::new("recourse")
        .about("Policies of recourse-rs")
        .version(env!("CARGO_PKG_VERSION"))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(check)
        .subcommand(Clap::new("schema").about("Prints the JSON Schema of policy documents, for editors"))
}

fn check(matches: &ArgMatches) -> Check {
    let mut bounds = OperatorBounds::new()
        .forever(matches.get_flag("forever"))
        .unlimited_budget(matches.get_flag("unlimited-budget"));
    if let Some(attempts) = matches.get_one::<u32>("max-attempts") {
        bounds = bounds.max_attempts(*attempts);
    }
    if let Some(delay) = matches.get_one::<DurationText>("max-delay") {
        bounds = bounds.max_delay(delay.0);
    }
    let kinds = [("trigger", NameKind::Trigger), ("budget", NameKind::Budget), ("classifier", NameKind::Classifier)];
    let mut names = KnownNames::new();
    for (argument, kind) in kinds {
        for name in matches.get_many::<String>(argument).into_iter().flatten() {
            names = names.with(kind, name);
        }
    }
    Check {
        files: matches.get_many::<PathBuf>("files").into_iter().flatten().cloned().collect(),
        json: matches.get_one::<String>("format").is_some_and(|format| format == "json"),
        strict: matches.get_flag("strict"),
        bounds,
        names,
    }
}
