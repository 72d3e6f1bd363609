//! No two files use each other, neither directly nor in a ring.
//!
//! A file uses another when its code names something that the other defines, however it gets at the name. A `mod` line and a
//! re-export are no uses; so a module's folder may be described by a `mod.rs` that declares and re-exports. Tests and comments
//! do not count.

use crate::modules::{Package, Use};
use crate::source::workspace;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Write as _;
use std::path::Path;

/// The packages that are published.
const PACKAGES: [&str; 3] = ["recourse/src", "recourse-macros/src", "recourse-policy/src"];

#[test]
fn no_two_files_use_each_other() {
    let circles: String = PACKAGES.iter().map(|folder| report(folder, &Package::read(&workspace(folder)))).collect();
    assert!(circles.is_empty(), "these files use each other:\n{circles}");
}

/// The circles of a package: each with the uses that close it.
fn report(folder: &str, package: &Package) -> String {
    let uses = package.uses();
    let mut report = String::new();
    for circle in circles(&uses) {
        let _ = writeln!(report, "{folder}:");
        for pair in circle.iter().zip(circle.iter().cycle().skip(1)) {
            let edge = uses.iter().find(|edge| (&edge.from, &edge.to) == pair).expect("an edge of the circle");
            let _ = writeln!(report, "    {} -> {} by {}", package.files[*pair.0], package.files[*pair.1], edge.path);
        }
    }
    report
}

/// The shortest circle through each use that is part of one, short ones first; of circles within each other, the inner one.
fn circles(uses: &BTreeSet<Use>) -> Vec<Vec<usize>> {
    let mut next: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for edge in uses {
        next.entry(edge.from).or_default().insert(edge.to);
    }
    let mut found = BTreeSet::new();
    for edge in uses {
        if let Some(mut circle) = way(&next, edge.to, edge.from) {
            let smallest = circle.iter().enumerate().min_by_key(|(_, file)| **file).map_or(0, |(at, _)| at);
            circle.rotate_left(smallest);
            found.insert((circle.len(), circle));
        }
    }
    let mut circles: Vec<Vec<usize>> = Vec::new();
    for (_, circle) in found {
        let holds = |inner: &Vec<usize>| inner.iter().all(|file| circle.contains(file));
        if !circles.iter().any(holds) {
            circles.push(circle);
        }
    }
    circles
}

/// The shortest way from one file to another.
fn way(next: &BTreeMap<usize, BTreeSet<usize>>, from: usize, to: usize) -> Option<Vec<usize>> {
    let (mut before, mut queue) = (BTreeMap::from([(from, from)]), VecDeque::from([from]));
    while let Some(file) = queue.pop_front() {
        if file == to {
            let mut way = vec![to];
            while way[way.len() - 1] != from {
                way.push(before[&way[way.len() - 1]]);
            }
            way.reverse();
            return Some(way);
        }
        for &used in next.get(&file).into_iter().flatten() {
            before.entry(used).or_insert_with(|| {
                queue.push_back(used);
                file
            });
        }
    }
    None
}

/// A package of these files.
fn package(files: &[(&str, &str)]) -> Package {
    Package::new(&|path| files.iter().find(|(name, _)| path == Path::new(name)).map(|(_, text)| (*text).to_owned()))
}

/// The check itself: it finds circles however they are closed, and nothing else.
#[test]
fn the_check_can_fail() {
    let found = |files: &[(&str, &str)]| report("", &package(files)).lines().skip(1).count();
    let with = |a: &str, b: &str| found(&[("lib.rs", "mod a; mod b;"), ("a.rs", a), ("b.rs", b)]);

    assert_eq!(with("use super::b::B; pub struct A;", "use crate::a::A; pub struct B;"), 2);
    assert_eq!(with("use super::b::B; pub struct A;", "pub struct B; fn f() { crate::a::A; }"), 2, "a path in code");
    assert_eq!(with("use crate::{b::{self, B as C}}; fn a() {}", "use super::a; fn b() { a::a() } struct B;"), 2);
    assert_eq!(with("use super::*; fn a() { b::b() }", "pub fn b() { super::a::a() }"), 2, "by a glob");
    assert_eq!(with("use super::b::B; struct A;", "pub struct B;"), 0, "one direction is none");
    assert_eq!(with("use super::b; pub struct A;", "use super::a; pub struct B;"), 0, "of which nothing is named");

    let ring = [("a.rs", "use super::b::B; struct A;"), ("b.rs", "use super::c::C; struct B;")];
    let ring = [&[("lib.rs", "mod a; mod b; mod c;")], &ring[..], &[("c.rs", "use super::a::A; struct C;")]].concat();
    assert_eq!(found(&ring), 3, "a ring of three");

    // A folder's `mod.rs`: it declares and re-exports, and its files name each other through it.
    let folder = |parent: &str| {
        found(&[
            ("lib.rs", "mod m;"),
            ("m/mod.rs", parent),
            ("m/a.rs", "use super::{b::B, N}; pub struct A;"),
            ("m/b.rs", "pub struct B;"),
        ])
    };
    assert_eq!(folder("mod a; mod b; pub use a::A; pub struct N;"), 0, "a re-export is no use");
    assert_eq!(folder("mod a; mod b; pub use a::A; pub struct N(A);"), 2, "unless the name is used beside it");
    assert_eq!(
        folder("mod a; mod b; pub use b::B as N; fn n() -> a::A {}"),
        0,
        "a name is followed through re-exports"
    );

    // What does not count.
    let (a, b) = ("use super::b::B; pub struct A;", "pub struct B;");
    assert_eq!(with(a, &format!("{b} #[cfg(test)] mod tests {{ use crate::a::A; }}")), 0);
    assert_eq!(with(a, &format!("{b} #[cfg(all(test, loom))] use crate::a::A;")), 0);
    assert_eq!(with(a, &format!("{b} #[cfg(any(test, feature = \"x\"))] use crate::a::A;")), 2);
    assert_eq!(with(a, &format!("{b} #[cfg(not(test))] use crate::a::A;")), 2);
    assert_eq!(with(a, &format!("//! [`crate::a::A`]\n/// crate::a::A\n{b} // crate::a::A")), 0);
    assert_eq!(with(a, &format!("{b} fn f() {{ quote!(crate::a::A) }}")), 0, "code that is written for others");
}
