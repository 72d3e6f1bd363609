//! The arguments of the command line.

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use control_plane::Settings;
use recourse_policy::document::NameKind;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Reads the arguments of the process: where to listen, and what to serve.
pub(crate) fn read() -> Result<(SocketAddr, Settings), clap::Error> {
    let matches = command().try_get_matches()?;
    let listen =
        matches.get_one::<SocketAddr>("listen").copied().unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8420)));
    Ok((listen, settings(&matches, listen)?))
}

fn command() -> Command {
    let flag = |name: &'static str, help: &'static str| Arg::new(name).long(name).action(ArgAction::SetTrue).help(help);
    let names = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name("NAME").action(ArgAction::Append).help(help)
    };
    Command::new("control-plane")
        .about("Serves policy documents to programs, and a page to look at them and edit them")
        .arg(Arg::new("folder").value_name("FOLDER").value_parser(value_parser!(PathBuf)).help("The folder of the documents [default: the example's own]"))
        .arg(Arg::new("etcd").long("etcd").value_name("URL").conflicts_with("folder").help("Keeps the documents in etcd, such as http://127.0.0.1:2379"))
        .arg(Arg::new("prefix").long("prefix").value_name("TEXT").default_value("/policies/").help("What the documents' keys in etcd begin with"))
        .arg(Arg::new("listen").long("listen").value_name("ADDRESS").value_parser(value_parser!(SocketAddr)).help("Where to listen [default: 127.0.0.1:8420]"))
        .arg(names("host", "A host that requests may name, beside those of this machine; may be given several times"))
        .arg(flag("read-only", "Lets nobody write"))
        .arg(flag("writes", "Lets everybody write who can connect, on an address that is not this machine's own: if a proxy asks who they are").conflicts_with("read-only"))
        .arg(Arg::new("max-age").long("max-age").value_name("SECONDS").value_parser(value_parser!(u32)).help("How long caches may answer without a question [default: not at all]"))
        .arg(names("trigger", "A trigger that programs register; may be given several times"))
        .arg(names("budget", "A budget that programs register; may be given several times"))
        .arg(names("classifier", "A classifier that programs register; may be given several times"))
}

fn settings(matches: &ArgMatches, listen: SocketAddr) -> Result<Settings, clap::Error> {
    let text = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    let mut settings = if let Some(endpoint) = text("etcd") {
        Settings::etcd(endpoint, text("prefix").unwrap_or_default())
            .map_err(|why| command().error(clap::error::ErrorKind::InvalidValue, why))?
    } else {
        let folder = matches.get_one::<PathBuf>("folder").cloned();
        Settings::folder(folder.unwrap_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/policies").into()))
    };
    let may_write = listen.ip().is_loopback() || matches.get_flag("writes");
    settings = settings.writes(may_write && !matches.get_flag("read-only"));
    if let Some(seconds) = matches.get_one::<u32>("max-age") {
        settings = settings.max_age(*seconds);
    }
    let list = |name: &str| matches.get_many::<String>(name).into_iter().flatten().cloned().collect::<Vec<_>>();
    settings = list("host").into_iter().fold(settings, Settings::host);
    let kinds = [("trigger", NameKind::Trigger), ("budget", NameKind::Budget), ("classifier", NameKind::Classifier)];
    for (argument, kind) in kinds {
        settings = list(argument).into_iter().fold(settings, |settings, name| settings.name(kind, name));
    }
    Ok(settings)
}
