//! What a newcomer reads is complete: each page of the guide is shown, each example is in the index, and the short ones are short.

use crate::source::{read, workspace};
use std::fs;

/// The names of the files of a folder that end with this, without it.
fn names(folder: &str, end: &str) -> Vec<String> {
    let entries = fs::read_dir(workspace(folder)).expect("a folder of the workspace");
    let files = entries.map(|entry| entry.expect("a readable folder").file_name().to_string_lossy().into_owned());
    let mut names: Vec<_> = files.filter_map(|file| file.strip_suffix(end).map(str::to_owned)).collect();
    names.sort();
    assert!(names.len() > 3, "{folder}: {names:?}");
    names
}

#[test]
fn each_page_of_the_guide_is_in_the_documentation_and_in_the_site() {
    let (documentation, site) = (read(&workspace("recourse/src/guide.rs")), read(&workspace(".ci/site.py")));
    let index = read(&workspace("docs/site/index.md"));
    for page in names("recourse/doc/guide", ".md") {
        assert!(documentation.contains(&format!("include_str!(\"../doc/guide/{page}.md\")")), "guide.rs has no {page}");
        assert!(documentation.lines().any(|line| line.starts_with("//! |") && line.contains(&page)), "no row: {page}");
        assert!(site.contains(&format!("\"{page}\"")) || site.contains(&format!("{page}.md")), "site.py has no {page}");
        assert!(index.contains(&format!("({page}.md)")), "docs/site/index.md has no {page}");
    }
}

#[test]
fn each_example_is_in_the_index_and_in_the_site() {
    let (index, site) = (read(&workspace("examples/README.md")), read(&workspace(".ci/site.py")));
    for manifest in ["examples/Cargo.toml", "examples/guarded/Cargo.toml"] {
        let text = read(&workspace(manifest));
        let examples = text.split("[[example]]").skip(1).filter_map(|entry| entry.split('"').nth(1));
        for example in examples {
            assert!(index.contains(&format!("--example {example}")), "examples/README.md has no {example}");
            assert!(site.contains(&format!("    \"{example}\": ")), "site.py has no {example}");
        }
    }
}

#[test]
fn examples_of_one_file_are_short_and_say_what_one_will_see() {
    for example in names("examples", ".rs") {
        let text = read(&workspace("examples").join(&example).with_extension("rs"));
        let lines = text.lines().count();
        assert!((40..=120).contains(&lines), "{example}: {lines} lines");
        assert!(text.starts_with("//! "), "{example} does not begin with what one will see");
    }
}
