//! The laws of the house about who may use whom, read from the `use crate::` lines of the runtime. ARCHITECTURE.md draws them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Layers from the bottom up. A room uses rooms of the layers below its own; mechanisms never use each other, and in the
/// other layers a room may also use those that stand before it in the same line.
const LAYERS: [(&str, &[&str]); 5] = [
    ("words", &["sync", "outcome", "registry", "time", "rng"]),
    ("mechanisms", &["backoff", "classify", "circuit", "budget", "hedge"]),
    ("voice and supply", &["error", "observe", "controlplane"]),
    ("flow", &["executor"]),
    ("doors", &["site", "manifest", "race", "net", "algebra", "layers", "testing", "private"]),
];

/// Rooms that name no crate but `recourse-policy`: their decisions need nothing but std.
const STD_ONLY: [&str; 9] = ["sync", "outcome", "registry", "rng", "backoff", "classify", "circuit", "budget", "hedge"];

fn runtime() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../recourse/src")
}

/// All files of a room, as (room, path, text).
fn files() -> Vec<(String, PathBuf, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("the sources stand beside the tests") {
            let path = entry.expect("a readable folder").path();
            if path.is_dir() { walk(&path, found) } else { found.push(path) }
        }
    }
    let (root, mut paths) = (runtime(), Vec::new());
    walk(&root, &mut paths);
    let file = |path: PathBuf| {
        let inside = path.strip_prefix(&root).expect("below the root").to_owned();
        let room = inside
            .components()
            .next()
            .expect("a file")
            .as_os_str()
            .to_string_lossy()
            .trim_end_matches(".rs")
            .to_owned();
        let text = fs::read_to_string(&path).expect("a source file");
        (room, path, text)
    };
    let files: Vec<_> = paths.into_iter().map(file).filter(|(room, ..)| room != "lib").collect();
    assert!(files.len() > 20, "the walk found only {} files", files.len());
    files
}

fn place(room: &str) -> (usize, usize) {
    let found =
        LAYERS.iter().enumerate().find_map(|(layer, (_, rooms))| Some((layer, rooms.iter().position(|r| *r == room)?)));
    found.unwrap_or_else(|| {
        panic!("the room `{room}` stands in no layer: give it a place in LAYERS, and in ARCHITECTURE.md")
    })
}

/// Why one room may not use another, where it may not.
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

/// The rooms that a text names: `use crate::room::..`, and `crate::room::..` in code. Comments and tests do not count.
fn used_rooms(text: &str) -> BTreeSet<String> {
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    // `use crate::{a::B, c}` over several lines or in one: each member of the braces is a path of its own.
    let code = lines.collect::<Vec<_>>().join(" ");
    // What a `macro_rules!` names by `$crate::` is named where it is used.
    let code = code.replace("$crate::", "");
    let paths = code.split("crate::").skip(1).flat_map(|rest| match rest.strip_prefix('{') {
        None => vec![rest.to_owned()],
        Some(members) => {
            let mut depth = 1;
            let end = members.find(|c| {
                depth += i32::from(c == '{') - i32::from(c == '}');
                depth == 0
            });
            let members = &members[..end.unwrap_or(members.len())];
            let mut depth = 0;
            let split = |c: char| {
                depth += i32::from(c == '{') - i32::from(c == '}');
                c == ',' && depth == 0
            };
            members.split(split).map(|member| member.trim().to_owned()).collect()
        }
    });
    let name = |rest: String| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect::<String>();
    // A macro that is exported stands in the root of the crate; ours begin with two underscores.
    let known = |name: &String| !matches!(name.as_str(), "" | "self") && !name.starts_with("__");
    paths.map(name).filter(known).collect()
}

#[test]
fn rooms_use_only_rooms_below_their_own() {
    let mut wrong = Vec::new();
    for (room, path, text) in files() {
        for used in used_rooms(&text) {
            if let Some(why) = forbidden(&room, &used) {
                wrong.push(format!("{}: {why}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_time_names_the_async_runtime_only_net_its_sockets_only_the_algebra_tower_and_mechanisms_no_crate() {
    let mut wrong = Vec::new();
    for (room, path, text) in files() {
        let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        for (number, line) in code.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
            let external = ["tokio::", "tower_layer::", "tower_service::", "once_cell::", "pin_project_lite::"];
            let external = external.into_iter().find(|krate| line.contains(krate));
            let allowed = |krate: &str| match krate {
                // A socket is the runtime's; so is the question for a host.
                "tokio::" => room == "time" || (room == "net" && line.contains("tokio::net::")),
                "tower_layer::" | "tower_service::" => room == "algebra" || room == "layers",
                _ => !STD_ONLY.contains(&room.as_str()),
            };
            if external.is_some_and(|krate| !allowed(krate)) {
                wrong.push(format!("{}:{}: {line}", path.display(), number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The check itself: it sees what it should, and forbids what it should.
#[test]
fn the_check_can_fail() {
    assert_eq!(
        used_rooms("use crate::budget::Budget;\n/// crate::comment\nlet x = crate::time::now();\n$crate::rng::Dice"),
        BTreeSet::from(["budget".into(), "time".into()])
    );
    assert_eq!(
        used_rooms("use crate::{executor::{Executor as E, Builder}, observe::Tape};\nuse crate::{Executor as Root};"),
        BTreeSet::from(["Executor".into(), "executor".into(), "observe".into()]),
        "braces are looked into, and a name of the crate's root is no room: it stands in no layer"
    );
    assert!(forbidden("budget", "backoff").is_some() && forbidden("backoff", "budget").is_some());
    assert!(forbidden("budget", "executor").is_some() && forbidden("executor", "budget").is_none());
    assert!(forbidden("outcome", "time").is_some() && forbidden("time", "sync").is_none());
    assert!(forbidden("observe", "error").is_none() && forbidden("error", "observe").is_some());
}
