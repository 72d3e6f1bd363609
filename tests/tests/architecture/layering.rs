//! Which modules of the runtime may use which. ARCHITECTURE.md draws the layers.

use crate::modules::Package;
use crate::source::workspace;
use std::path::Path;

/// Layers from the bottom up, and the modules of each: a file or a folder of this name.
///
/// A module uses modules of the layers below its own. Mechanisms never use each other; in the other layers, a module may also
/// use those that stand before it in the same line. Names that do not exist yet keep a place.
const LAYERS: [(&str, &[&str]); 6] = [
    ("foundation", &["sync", "outcome", "registry", "time", "rng", "context", "epoch"]),
    ("policy", &["policy"]),
    ("mechanisms", &["backoff", "classify", "circuit", "budget", "hedge", "concurrency", "rate"]),
    ("errors and events", &["error", "classifiers", "answers", "observe", "providers"]),
    ("engine", &["executor", "call"]),
    (
        "front ends",
        &[
            "site",
            "guarded",
            "guarded_future",
            "race",
            "net",
            "algebra",
            "layers",
            "propagation",
            "manifest",
            "metrics",
            "serialize",
            "testing",
            "admin",
            "guide",
            "private",
        ],
    ),
];

/// What a module shows to users under its own name although it stands above: a re-export, and no use.
const SHOWN: [(&str, &[&str]); 1] = [("context", &["crate", "propagation"])];

/// Modules that name no package but `recourse-policy`: their decisions need nothing but std.
const STD_ONLY: [&str; 13] = [
    "sync",
    "outcome",
    "registry",
    "rng",
    "context",
    "epoch",
    "backoff",
    "classify",
    "circuit",
    "budget",
    "hedge",
    "concurrency",
    "rate",
];

/// Whether a module may name a package by this path.
type Allowed = fn(module: &str, path: &[String]) -> bool;

/// Packages that the runtime names, and where that is allowed.
const PACKAGES: [(&str, Allowed); 21] = [
    // A socket is the runtime's; so are the question for a host, and the task that polls a control plane.
    ("tokio", |module, path| {
        let of = |names: &[&str]| path.get(1).is_some_and(|name| names.contains(&name.as_str()));
        module == "time" || module == "net" && of(&["net"]) || module == "providers" && of(&["runtime", "sync", "task"])
    }),
    ("tower_layer", |module, _| matches!(module, "algebra" | "layers" | "propagation")),
    ("tower_service", |module, _| matches!(module, "algebra" | "layers" | "propagation")),
    ("axum", |module, _| module == "admin"),
    ("serde_json", |module, _| matches!(module, "admin" | "providers")),
    // What operators see is written in one place, and not beside each type.
    ("serde", |module, _| matches!(module, "serialize" | "admin")),
    // The errors of other crates, each known to one file.
    ("http", |module, path| {
        // `classify` has a file of that name, with a function of that name.
        matches!(module, "answers" | "classifiers" | "propagation") || module == "classify" && path[1..] == ["http"]
    }),
    ("hyper", |module, _| module == "classifiers"),
    ("redis", |module, _| module == "classifiers"),
    ("reqwest", |module, _| matches!(module, "classifiers" | "providers")),
    ("sqlx", |module, _| module == "classifiers"),
    ("tonic", |module, _| matches!(module, "answers" | "classifiers")),
    ("tonic_types", |module, _| matches!(module, "answers" | "classifiers")),
    ("notify", |module, _| module == "providers"),
    // Facades: who counts, and who opens spans.
    ("metrics", |module, _| module == "metrics"),
    ("tracing", |module, _| module == "observe"),
    ("crc32fast", |module, _| module == "providers"),
    ("zeroize", |module, _| module == "providers"),
    ("getrandom", |module, _| module == "context"),
    ("once_cell", |module, _| !STD_ONLY.contains(&module)),
    // Futures of the context are pinned, and nothing else in std does that without `unsafe`.
    ("pin_project_lite", |module, _| !STD_ONLY.contains(&module) || module == "context"),
];

/// Module, file and path of all that the files of the runtime name.
fn named() -> Vec<(String, String, Vec<String>)> {
    let package = Package::read(&workspace("recourse/src"));
    assert!(package.files.len() > 60, "only {} files were found", package.files.len());
    let named = package.paths().into_iter().map(|(file, path)| {
        let file = package.files[file].clone();
        (module_of(&file), file, path)
    });
    named.filter(|(module, ..)| module != "lib").collect()
}

/// `circuit` for `circuit/state.rs`, `error` for `error.rs`.
fn module_of(file: &str) -> String {
    let first = Path::new(file).components().next().expect("a file").as_os_str().to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// The module that a path leads to.
fn used_module(path: &[String]) -> Option<&str> {
    match path.first().map(String::as_str) {
        // A macro that is exported stands in the root of the package; ours begin with two underscores.
        Some("crate") => path.get(1).map(String::as_str).filter(|name| !name.starts_with("__")),
        Some("recourse_policy") => Some("policy"),
        _ => None,
    }
}

fn place(module: &str) -> (usize, usize) {
    let found = LAYERS
        .iter()
        .enumerate()
        .find_map(|(layer, (_, modules))| Some((layer, modules.iter().position(|name| *name == module)?)));
    found.unwrap_or_else(|| {
        panic!("the module `{module}` stands in no layer: give it a place in LAYERS, and in ARCHITECTURE.md")
    })
}

/// Why one module may not use another, if it may not.
fn forbidden(user: &str, used: &str) -> Option<String> {
    if user == used {
        return None;
    }
    let ((from, from_at), (to, to_at)) = (place(user), place(used));
    let mechanisms = LAYERS[from].0 == "mechanisms";
    match to {
        _ if to > from => Some(format!("{used} ({}) stands above {user} ({})", LAYERS[to].0, LAYERS[from].0)),
        _ if to == from && mechanisms => Some(format!("{user} and {used} are mechanisms, which never use each other")),
        _ if to == from && to_at > from_at => Some(format!("{used} stands after {user} among the {}", LAYERS[from].0)),
        _ => None,
    }
}

#[test]
fn modules_use_only_modules_below_their_own() {
    let shown = |module: &str, path: &[String]| SHOWN.iter().any(|(by, what)| *by == module && path == *what);
    let wrong =
        named().into_iter().filter(|(module, _, path)| !shown(module, path)).filter_map(|(module, file, path)| {
            let why = forbidden(&module, used_module(&path)?)?;
            Some(format!("{file}: {}: {why}", path.join("::")))
        });
    let wrong: Vec<_> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_time_names_the_async_runtime_only_net_its_sockets_only_the_layers_tower_only_admin_axum_only_classifiers_clients_and_mechanisms_no_package()
 {
    let wrong = named().into_iter().filter(|(module, _, path)| {
        let package = PACKAGES.iter().find(|(package, _)| path.first().is_some_and(|first| first == package));
        package.is_some_and(|(_, allowed)| !allowed(module, path))
    });
    let wrong: Vec<_> = wrong.map(|(_, file, path)| format!("{file}: {}", path.join("::"))).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The check itself: it sees what it should, and forbids what it should.
#[test]
fn the_check_can_fail() {
    let seen = |text: &str| {
        let texts = [("lib.rs", "mod time;"), ("time/mod.rs", "mod timer;"), ("time/timer.rs", text)];
        let package = Package::new(&|path| {
            texts.iter().find(|(name, _)| path == Path::new(name)).map(|(_, text)| (*text).to_owned())
        });
        let used = package.paths().into_iter().filter_map(|(_, path)| used_module(&path).map(ToOwned::to_owned));
        used.collect::<Vec<_>>()
    };
    assert_eq!(
        seen("use crate::budget::Budget;\n/// crate::comment\nfn f() { crate::time::now(); $crate::rng::Dice }"),
        ["budget", "time"]
    );
    assert_eq!(
        seen("use crate::{executor::{Executor as E, Builder}, observe::Tape};\nuse crate::{Executor as Root};"),
        ["Executor", "executor", "executor", "observe"],
        "braces are looked into, and a name of the package's root is no module: it stands in no layer"
    );
    assert_eq!(seen("use super::super::circuit::State; use super::now; use tokio::time;"), ["circuit", "time"]);
    assert_eq!(seen("use recourse_policy::Key; #[cfg(test)] mod tests { use crate::testing::f; }"), ["policy"]);
    assert!(forbidden("budget", "backoff").is_some() && forbidden("backoff", "budget").is_some());
    assert!(forbidden("budget", "executor").is_some() && forbidden("executor", "budget").is_none());
    assert!(forbidden("outcome", "time").is_some() && forbidden("time", "sync").is_none());
    assert!(forbidden("observe", "error").is_none() && forbidden("error", "observe").is_some());
    assert!(forbidden("executor", "call").is_some() && forbidden("call", "executor").is_none());
    assert!(forbidden("time", "policy").is_some() && forbidden("circuit", "policy").is_none());
}
