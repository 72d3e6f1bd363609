//! The bytes of the files, read at once and with bounds.

use super::error::Problems;
use crate::providers::names::{Named, PolicyNames};
use recourse_policy::OperatorBounds;
use recourse_policy::document::{Document, DocumentFile, DocumentReader, Documents, Folder, Format};
use std::fs::{self, File};
use std::hash::{BuildHasher, Hash, Hasher};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// Where the files are.
#[derive(Debug)]
pub(super) struct Place {
    /// As it was given, for messages.
    pub(super) shown: PathBuf,
    /// What does not change with the working directory.
    pub(super) path: PathBuf,
}

/// What was read, good or bad.
#[derive(Debug, Default)]
pub(super) struct Contents {
    files: Vec<ReadFile>,
    problems: Vec<String>,
}

#[derive(Debug)]
struct ReadFile {
    /// For messages, and for the places in timelines.
    name: String,
    /// The path below the folder, if the files are one.
    below: Option<PathBuf>,
    format: Format,
    bytes: Vec<u8>,
}

impl Contents {
    /// Reads the file, or all documents of the folder.
    pub(super) fn read(place: &Place, bounds: &OperatorBounds) -> Self {
        let mut contents = Self::default();
        let Place { shown, path } = place;
        if path.is_dir() {
            let folder = Folder::search(path, bounds.max_keys);
            for (unread, error) in folder.unread {
                contents.problem(&in_folder(place, &unread), &cannot(&error));
            }
            if folder.is_cut {
                let most = bounds.max_keys;
                contents.problem(
                    shown,
                    &format!("has more than {most} documents; write fewer, or raise `max_keys` of `OperatorBounds`"),
                );
            }
            for DocumentFile { path, below, format, .. } in folder.files {
                let name = shown.join(&below);
                contents.read_file(&path, &name, Some(below), format, bounds);
            }
            // As when nothing is mounted there. A folder that is to say nothing has a document which says so.
            if contents.files.is_empty() && contents.problems.is_empty() {
                let advice = "has no document: no file ends in .toml or .json; write one with `version = 1` if there is no policy";
                contents.problem(shown, advice);
            }
        } else if let Some(format) = Format::of_file(&path.to_string_lossy()) {
            contents.read_file(path, shown, None, format, bounds);
        } else {
            let why = match fs::metadata(path) {
                Ok(_) => "ends neither in .toml nor in .json; give the file such a name".to_owned(),
                Err(error) => cannot(&error),
            };
            contents.problem(shown, &why);
        }
        contents
    }

    fn read_file(&mut self, path: &Path, name: &Path, below: Option<PathBuf>, format: Format, bounds: &OperatorBounds) {
        match read_bytes(path, bounds.max_bytes) {
            Ok(bytes) => {
                let name = name.to_string_lossy().into_owned();
                self.files.push(ReadFile { name, below, format, bytes });
            }
            Err(error) => self.problem(name, &cannot(&error)),
        }
    }

    fn problem(&mut self, path: &Path, why: &str) {
        self.problems.push(format!("{}: {}", path.display(), why));
    }

    /// Returns a number that is another one for other contents. Hashed with keys of its own, it cannot be aimed at.
    pub(super) fn fingerprint(&self, hasher: &impl BuildHasher) -> u64 {
        let mut hasher = hasher.build_hasher();
        self.problems.hash(&mut hasher);
        for ReadFile { name, bytes, .. } in &self.files {
            (name, bytes).hash(&mut hasher);
        }
        hasher.finish()
    }

    /// Returns the names of the files that could be read.
    pub(super) fn names(&self) -> Vec<String> {
        self.files.iter().map(|file| file.name.clone()).collect()
    }

    /// Reads the documents, and finds everything that is wrong with any of them.
    pub(super) fn parse(&self, reader: &DocumentReader<PolicyNames>) -> Result<Parsed, Problems> {
        let mut problems = Problems::default();
        self.problems.iter().for_each(|problem| problems.add(problem.clone()));
        let mut read: Vec<Document<Named>> = Vec::with_capacity(self.files.len());
        for ReadFile { name, below, format, bytes } in &self.files {
            let document = match below {
                Some(below) => reader.read_in_folder(below, name, *format, bytes),
                None => reader.read(name, *format, bytes),
            };
            match document {
                Ok(document) => read.push(document),
                Err(refused) => problems.add_refused(&refused),
            }
        }
        let reports = read.iter().flat_map(Document::reports).cloned().collect();
        let more_reports = read.iter().map(Document::more_reports).sum();
        // Also if one of them is refused: a key that is there twice is a fault all the same.
        match Documents::new(read, reader.max()) {
            Ok(documents) if problems.is_empty() => Ok(Parsed { documents, reports, more_reports }),
            Ok(_) => Err(problems),
            Err(refused) => {
                problems.add_refused(&refused);
                Err(problems)
            }
        }
    }
}

/// Good contents.
#[derive(Debug)]
pub(super) struct Parsed {
    pub(super) documents: Documents<Named>,
    pub(super) reports: Vec<recourse_policy::document::Fault>,
    pub(super) more_reports: usize,
}

/// Reads a file, and at most one byte more than is allowed.
fn read_bytes(path: &Path, most: usize) -> io::Result<Vec<u8>> {
    // Opening a pipe would wait for somebody who writes.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    let mut bytes = Vec::new();
    let most = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    File::open(path)?.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn cannot(error: &io::Error) -> String {
    format!("cannot be read: {error}")
}

/// Returns a path below the folder as it was given.
fn in_folder(place: &Place, path: &Path) -> PathBuf {
    path.strip_prefix(&place.path).map_or_else(|_| path.to_owned(), |below| place.shown.join(below))
}
