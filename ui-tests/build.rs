//! Writes the list of the twins, `ui/KIND/NAME.fixed.rs`, as modules `KIND::NAME` for `tests/twins.rs`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=ui");
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("ui");
    let mut list = String::new();
    for kind in entries(&root).into_iter().filter(|entry| entry.is_dir()) {
        // `attempts` stands in the root of the test; a twin asks its parent for it.
        let name = kind.file_name().and_then(|name| name.to_str()).expect("a folder with a plain name");
        let _ = writeln!(list, "mod {name} {{\n    #[allow(unused_imports)]\n    use super::attempts;");
        for twin in entries(&kind) {
            let name = twin.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(".fixed.rs"));
            if let Some(name) = name {
                let path = twin.to_str().expect("a path that can stand in a source file");
                let _ = writeln!(list, "    #[path = {path:?}]\n    mod {name};");
            }
        }
        list.push_str("}\n");
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    fs::write(out.join("twins.rs"), list).expect("cargo made the folder");
}

/// The entries of a folder, sorted, so that the list is the same on every machine.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder stands in the package");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("a readable folder").path()).collect();
    paths.sort();
    paths
}
