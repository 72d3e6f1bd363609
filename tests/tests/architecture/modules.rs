//! The modules of a package, and which file a path leads to.

use crate::source::{is_colons, is_group, is_ident, is_punct, read, tokens};
use proc_macro2::{Delimiter, Group, TokenTree};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The modules of one package.
#[derive(Debug, Default)]
pub(crate) struct Package {
    /// As paths below the folder of the sources, with `/`.
    pub(crate) files: Vec<String>,
    modules: Vec<Module>,
}

#[derive(Debug, Default)]
struct Module {
    file: usize,
    parent: Option<usize>,
    children: BTreeMap<String, usize>,
    /// Names of what is defined here.
    items: BTreeSet<String>,
    imports: Vec<Import>,
    /// Paths of two and more names that stand in code.
    paths: BTreeSet<Vec<String>>,
    /// Names that stand in code.
    names: BTreeSet<String>,
}

/// One name that a `use` brings in. `None` for `*`.
#[derive(Clone, Debug)]
struct Import {
    name: Option<String>,
    path: Vec<String>,
    public: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Target {
    Module(usize),
    /// Something that is defined in this file.
    Item(usize),
}

/// One file names what another defines; `path` is how.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Use {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) path: String,
}

/// The text of a file of a package, if there is one at this path.
type TextOf<'a> = &'a dyn Fn(&Path) -> Option<String>;

/// Reads the modules of a package, from its `lib.rs` on.
struct Reader<'a> {
    package: Package,
    text_of: TextOf<'a>,
}

impl Reader<'_> {
    /// Adds the module that a file holds, and all below it. `folder` is the place of its children.
    fn add_file(&mut self, parent: Option<usize>, path: &Path, folder: &Path) -> usize {
        let text = (self.text_of)(path).unwrap_or_else(|| panic!("no file {}", path.display()));
        self.package.files.push(path.to_string_lossy().replace('\\', "/"));
        let module = self.add_module(self.package.files.len() - 1, parent);
        self.walk(module, &tokens(&text), true, folder);
        module
    }

    fn add_module(&mut self, file: usize, parent: Option<usize>) -> usize {
        self.package.modules.push(Module { file, parent, ..Module::default() });
        self.package.modules.len() - 1
    }

    /// Reads a run of tokens of a module. `items` is true unless they stand inside of an item.
    fn walk(&mut self, module: usize, tokens: &[TokenTree], items: bool, folder: &Path) {
        let (mut at, mut file) = (0, None);
        while at < tokens.len() {
            let next = tokens.get(at + 1);
            at = match &tokens[at] {
                // The only attribute that is left: `#[path = ".."]`.
                TokenTree::Punct(punct) if punct.as_char() == '#' && is_group(next, Delimiter::Bracket) => {
                    file = next.map(|group| group.to_string().split('"').nth(1).expect("a path").to_owned());
                    at + 2
                }
                TokenTree::Ident(word) if word == "mod" && next.is_some_and(is_name) => {
                    self.child(module, &tokens[at + 1..], file.take(), folder);
                    at + 3
                }
                // In a type, `use<..>` names lifetimes.
                TokenTree::Ident(word) if word == "use" && !is_punct(next, '<') => {
                    let end = tokens[at..].iter().position(|token| is_punct(Some(token), ';')).expect("a use ends");
                    let public = is_public(&tokens[..at]);
                    imports(&tokens[at + 1..at + end], &[], public, &mut self.package.modules[module].imports);
                    at + end + 1
                }
                TokenTree::Ident(_) => self.word(module, tokens, at, items, folder),
                TokenTree::Group(group) => {
                    self.walk(module, &inside(group), false, folder);
                    at + 1
                }
                _ => at + 1,
            };
        }
    }

    /// `name;` or `name { .. }`, behind `mod`.
    fn child(&mut self, parent: usize, tokens: &[TokenTree], file: Option<String>, folder: &Path) {
        let name = tokens[0].to_string();
        let child = if let Some(TokenTree::Group(body)) = tokens.get(1) {
            let child = self.add_module(self.package.modules[parent].file, Some(parent));
            self.walk(child, &inside(body), true, &folder.join(&name));
            child
        } else {
            let (path, folder) = self.place(folder, &name, file);
            self.add_file(Some(parent), &path, &folder)
        };
        self.package.modules[parent].children.insert(name, child);
    }

    /// The file of a module, and the folder of its children.
    fn place(&self, folder: &Path, name: &str, file: Option<String>) -> (PathBuf, PathBuf) {
        if let Some(file) = file {
            let path = folder.join(file);
            let folder = path.parent().expect("a file in a folder").to_owned();
            return (path, folder);
        }
        let (beside, below) = (folder.join(name).with_extension("rs"), folder.join(name).join("mod.rs"));
        (if (self.text_of)(&below).is_some() { below } else { beside }, folder.join(name))
    }

    /// A word of the code: it may define an item, begin a path, or call a macro. Returns where to go on.
    fn word(&mut self, module: usize, tokens: &[TokenTree], at: usize, items: bool, folder: &Path) -> usize {
        let (word, next) = (tokens[at].to_string(), tokens.get(at + 1));
        let (path, end) = path_at(tokens, at);
        let (is_macro, its) = (is_punct(next, '!'), &mut self.package.modules[module]);
        if items && defines(&word) {
            its.items.extend(next.filter(|next| is_name(next)).map(ToString::to_string));
        }
        if is_macro && word == "macro_rules" {
            its.items.extend(tokens.get(at + 2).map(ToString::to_string));
        }
        if starts_path(tokens, at) {
            its.names.insert(path[0].clone());
            if path.len() > 1 {
                its.paths.insert(path);
            }
        }
        match tokens.get(end + 1) {
            Some(TokenTree::Group(_)) if is_macro && writes_code(&word) => end + 2,
            // `pin_project! { pub struct .. }` defines what stands in it.
            Some(TokenTree::Group(group)) if is_macro && items => {
                self.walk(module, &inside(group), true, folder);
                end + 2
            }
            _ => end,
        }
    }
}

impl Package {
    /// Reads the package whose sources stand in this folder, from its `lib.rs`.
    pub(crate) fn read(folder: &Path) -> Self {
        Self::new(&|path| {
            let path = folder.join(path);
            path.exists().then(|| read(&path))
        })
    }

    /// Reads a package from texts by path.
    pub(crate) fn new(text_of: TextOf<'_>) -> Self {
        let mut reader = Reader { package: Self::default(), text_of };
        reader.add_file(None, Path::new("lib.rs"), Path::new(""));
        reader.package
    }

    /// What the files use of each other.
    pub(crate) fn uses(&self) -> BTreeSet<Use> {
        let mut found = BTreeSet::new();
        for (index, module) in self.modules.iter().enumerate() {
            let names = |name: &String| self.modules.iter().any(|m| m.file == module.file && m.names.contains(name));
            // A re-export alone is no use.
            let used = |import: &&Import| !import.public || import.name.as_ref().is_some_and(names);
            let imported = module.imports.iter().filter(used).map(|import| &import.path);
            for path in imported.chain(&module.paths) {
                if let Some(Target::Item(to)) = self.resolve(index, path, 0)
                    && to != module.file
                {
                    found.insert(Use { from: module.file, to, path: path.join("::") });
                }
            }
        }
        found
    }

    /// The paths that stand in each file. Those within the package begin with `crate`.
    pub(crate) fn paths(&self) -> BTreeSet<(usize, Vec<String>)> {
        let mut found = BTreeSet::new();
        for (index, module) in self.modules.iter().enumerate() {
            for path in module.imports.iter().map(|import| &import.path).chain(&module.paths) {
                found.insert((module.file, self.absolute(index, path)));
            }
        }
        found
    }

    fn absolute(&self, mut module: usize, mut path: &[String]) -> Vec<String> {
        let relative = path.first().is_some_and(|first| matches!(first.as_str(), "self" | "super"));
        while let Some((first, rest)) =
            path.split_first().filter(|(first, _)| matches!(first.as_str(), "self" | "super"))
        {
            if first == "super" {
                module = self.modules[module].parent.expect("a parent");
            }
            path = rest;
        }
        let mut names = if relative { self.path_of(module) } else { Vec::new() };
        names.extend_from_slice(path);
        names
    }

    /// `crate::a::b`, as names.
    fn path_of(&self, module: usize) -> Vec<String> {
        let Some(parent) = self.modules[module].parent else { return vec!["crate".to_owned()] };
        let name = self.modules[parent].children.iter().find(|(_, child)| **child == module);
        let mut path = self.path_of(parent);
        path.push(name.expect("a child of its parent").0.clone());
        path
    }

    /// Where a path leads that stands in this module. `None` when that is outside of the package.
    fn resolve(&self, module: usize, path: &[String], depth: usize) -> Option<Target> {
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => self.descend(0, rest, depth),
            "self" => self.descend(module, rest, depth),
            "super" => {
                let mut module = self.modules[module].parent?;
                let mut rest = rest;
                while let Some((first, after)) = rest.split_first().filter(|(first, _)| *first == "super") {
                    let _ = first;
                    (module, rest) = (self.modules[module].parent?, after);
                }
                self.descend(module, rest, depth)
            }
            _ => self.look_up(module, path, depth),
        }
    }

    fn descend(&self, module: usize, path: &[String], depth: usize) -> Option<Target> {
        if path.is_empty() {
            return Some(Target::Module(module));
        }
        // A name that is nowhere to be seen was written by a macro of the module, or is a macro's that is exported.
        self.look_up(module, path, depth).or((module != 0).then_some(Target::Item(self.modules[module].file)))
    }

    fn look_up(&self, module: usize, path: &[String], depth: usize) -> Option<Target> {
        let (first, rest) = path.split_first()?;
        let its = &self.modules[module];
        if depth > 20 {
            return None;
        }
        if let Some(child) = its.children.get(first) {
            return self.descend(*child, rest, depth);
        }
        if its.items.contains(first) {
            return Some(Target::Item(its.file));
        }
        let by_name = its.imports.iter().filter(|import| import.name.as_ref() == Some(first));
        let by_name = by_name.filter(|import| import.path != path);
        let globs = its.imports.iter().filter(|import| import.name.is_none());
        by_name
            .map(|import| (import, rest))
            .chain(globs.map(|import| (import, path)))
            .find_map(|(import, rest)| self.resolve(module, &[import.path.as_slice(), rest].concat(), depth + 1))
    }
}

fn inside(group: &Group) -> Vec<TokenTree> {
    group.stream().into_iter().collect()
}

/// True behind `pub` and `pub(..)`.
fn is_public(before: &[TokenTree]) -> bool {
    match before.split_last() {
        Some((TokenTree::Group(_), before)) => is_ident(before.last(), "pub"),
        last => is_ident(last.map(|(last, _)| last), "pub"),
    }
}

/// The names that the tokens between `use` and `;` bring in.
fn imports(tokens: &[TokenTree], before: &[String], public: bool, found: &mut Vec<Import>) {
    let (mut path, mut at) = (before.to_vec(), 0);
    while at < tokens.len() {
        match &tokens[at] {
            TokenTree::Group(members) => {
                let members = inside(members);
                for member in members.split(|token| is_punct(Some(token), ',')) {
                    imports(member, &path, public, found);
                }
                return;
            }
            TokenTree::Punct(punct) if punct.as_char() == '*' => {
                found.push(Import { name: None, path, public });
                return;
            }
            TokenTree::Ident(word) if word == "as" => {
                found.push(Import { name: tokens.get(at + 1).map(ToString::to_string), path, public });
                return;
            }
            TokenTree::Ident(word) => path.push(word.to_string()),
            _ => {}
        }
        at += 1;
    }
    if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
        path.pop();
    }
    if let Some(name) = path.last().filter(|_| !tokens.is_empty()) {
        found.push(Import { name: Some(name.clone()), path: path.clone(), public });
    }
}

/// A path of names, and where it ends.
fn path_at(tokens: &[TokenTree], mut at: usize) -> (Vec<String>, usize) {
    let mut path = vec![tokens[at].to_string()];
    at += 1;
    while is_colons(tokens, at) && tokens.get(at + 2).is_some_and(is_name) {
        path.push(tokens[at + 2].to_string());
        at += 3;
    }
    (path, at)
}

/// False for a part of a longer path, a method or a field, a lifetime, and `$crate`.
fn starts_path(tokens: &[TokenTree], at: usize) -> bool {
    let before = |n: usize| at.checked_sub(n).and_then(|at| tokens.get(at));
    let continues = is_punct(before(1), ':') && is_punct(before(2), ':');
    !continues && !is_punct(before(1), '$') && !is_punct(before(1), '\'') && !is_field(before(1), before(2))
}

/// True behind one `.`; `..` is a range.
fn is_field(before: Option<&TokenTree>, further: Option<&TokenTree>) -> bool {
    is_punct(before, '.') && !is_punct(further, '.')
}

fn is_name(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Ident(_))
}

fn defines(word: &str) -> bool {
    matches!(word, "fn" | "struct" | "enum" | "union" | "trait" | "type" | "const" | "static")
}

/// Macros whose tokens are code of somebody else.
fn writes_code(name: &str) -> bool {
    name.starts_with("quote") || name.starts_with("parse_quote") || name == "ours"
}
