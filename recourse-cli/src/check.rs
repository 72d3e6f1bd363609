//! Reads the files and puts them together.

use crate::arguments::Check;
use recourse_policy::document::{Document, DocumentFile, DocumentReader, Documents, Fault, Folder, Format, Refused};
use recourse_policy::{Policy, WorstCase};
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Checked {
    /// The number of documents that were read.
    pub(crate) documents: usize,
    /// Faults and reports, by file and line.
    pub(crate) faults: Vec<Fault>,
    /// The number of faults and reports that are not listed.
    pub(crate) more: usize,
    /// The number of documents that are refused.
    pub(crate) refused: usize,
    /// Files that cannot be read, and why.
    pub(crate) unread: Vec<(PathBuf, String)>,
    /// The policies of documents that are good, by file and line.
    pub(crate) policies: Vec<Checkup>,
}

/// The policy of a key or pattern, with what less specific entries of the same documents add to it.
#[derive(Debug)]
pub(crate) struct Checkup {
    pub(crate) file: String,
    pub(crate) line: u32,
    pub(crate) pattern: String,
    pub(crate) enabled: bool,
    pub(crate) policy: Policy,
    pub(crate) worst: WorstCase,
}

impl Checked {
    /// Returns true if no document is refused, and in strict mode nothing is reported either.
    pub(crate) fn is_good(&self, strict: bool) -> bool {
        self.refused == 0 && (!strict || self.faults.is_empty())
    }
}

/// Checks all files as one set.
pub(crate) fn check(arguments: &Check) -> Checked {
    let mut checked = Checked::default();
    let reader = DocumentReader::new().bounds(arguments.bounds).names(&arguments.names);
    let mut files = Vec::new();
    for path in &arguments.files {
        files.extend(collect(path, arguments.bounds.max_keys, &mut checked));
    }
    let mut documents: Vec<Document<()>> = Vec::new();
    for Listed { path, below, format } in files {
        let bytes = match read(&path, arguments.bounds.max_bytes) {
            Ok(bytes) => bytes,
            Err(error) => {
                checked.unread.push((path, error.to_string()));
                continue;
            }
        };
        checked.documents += 1;
        let name = path.to_string_lossy();
        let read = match &below {
            Some(below) => reader.read_in_folder(below, &name, format, &bytes),
            None => reader.read(&name, format, &bytes),
        };
        match read {
            Ok(document) => {
                checked.faults.extend_from_slice(document.reports());
                checked.more += document.more_reports();
                documents.push(document);
            }
            Err(refused) => checked.refuse(&refused),
        }
    }
    match Documents::new(documents, &arguments.bounds) {
        Ok(documents) => checked.policies = policies(&documents),
        Err(refused) => checked.refuse(&refused),
    }
    checked
}

impl Checked {
    fn refuse(&mut self, refused: &Refused) {
        self.refused += 1;
        self.more += refused.more();
        self.faults.extend_from_slice(refused.faults());
    }
}

/// Finds the documents at a path: a file, or all below a folder.
fn collect(path: &Path, most: usize, checked: &mut Checked) -> Vec<Listed> {
    if path.is_dir() {
        let folder = Folder::search(path, most);
        checked.unread.extend(folder.unread.into_iter().map(|(path, error)| (path, error.to_string())));
        if folder.is_cut {
            checked.unread.push((path.to_owned(), format!("there are more than {most} documents")));
        }
        let listed = |DocumentFile { path, below, format, .. }| Listed { path, below: Some(below), format };
        return folder.files.into_iter().map(listed).collect();
    }
    let Some(format) = Format::of_file(&path.to_string_lossy()) else {
        checked.unread.push((path.to_owned(), "the name ends neither in .toml nor in .json".to_owned()));
        return Vec::new();
    };
    vec![Listed { path: path.to_owned(), below: None, format }]
}

/// A file to be checked.
struct Listed {
    path: PathBuf,
    /// The path below the folder that was given, if it was one.
    below: Option<PathBuf>,
    format: Format,
}

/// Reads a file, and at most one byte more than is allowed.
fn read(path: &Path, most: usize) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let most = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    File::open(path)?.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn policies(documents: &Documents<()>) -> Vec<Checkup> {
    let mut entries: Vec<_> = documents.entries().collect();
    entries.sort_by_key(|entry| (entry.file().clone(), entry.line()));
    let checkup = |entry: &&recourse_policy::document::Entry<()>| {
        // What is below a name inherits from the names above, as a key there does.
        let text = entry.pattern().as_str();
        let key = entry.pattern().below().map_or(text.to_owned(), |name| format!("{name}.*"));
        let found = documents.resolve(&key, None);
        Checkup {
            file: entry.file().to_string(),
            line: entry.line(),
            pattern: text.to_owned(),
            enabled: found.enabled().unwrap_or(true),
            policy: *found.policy(),
            worst: found.policy().worst_case(),
        }
    };
    entries.iter().map(checkup).collect()
}
