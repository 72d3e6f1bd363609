//! The documents of a folder: which files they are, and the keys that their paths say.

use super::format::Format;
use crate::Key;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// How deep folders are searched: a key of 200 characters has no more parts that anybody can read.
const DEPTH: usize = 16;

/// The documents below a folder: files that end in `.toml` or `.json`. Names that begin with a dot are left out, since editors and
/// Kubernetes keep their own files there. Links are followed, and a link to a folder that it stands in is left out.
///
/// ```
/// use recourse_policy::document::Folder;
///
/// let folder = Folder::search("no such folder".as_ref(), 10_000);
/// assert!(folder.files.is_empty());
/// assert_eq!(folder.unread[0].0.to_str(), Some("no such folder"));
/// ```
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Folder {
    /// The documents in the order of their paths.
    pub files: Vec<DocumentFile>,
    /// The folder itself, and those below it.
    pub folders: Vec<PathBuf>,
    /// Folders that cannot be read, and why.
    pub unread: Vec<(PathBuf, io::Error)>,
    /// True if there are more documents than were asked for.
    pub is_cut: bool,
}

/// A file that is a document.
///
/// ```
/// use recourse_policy::document::{Folder, Format};
/// # let folder = std::env::temp_dir().join(format!("recourse-doc-{}", std::process::id()));
/// # std::fs::create_dir_all(folder.join("users"))?;
/// std::fs::write(folder.join("users/get.toml"), "timeout = '2s'")?;
///
/// let found = Folder::search(&folder, 10_000);
/// assert_eq!(found.files[0].below, std::path::Path::new("users/get.toml"));
/// assert_eq!(found.files[0].format, Format::Toml);
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DocumentFile {
    /// The path that opens the file.
    pub path: PathBuf,
    /// The path below the folder, for [`DocumentReader::read_in_folder`](super::DocumentReader::read_in_folder).
    pub below: PathBuf,
    /// The format that the name says.
    pub format: Format,
}

impl Folder {
    /// Searches a folder for at most `most` documents.
    pub fn search(folder: &Path, most: usize) -> Self {
        let mut found = Self::default();
        let mut above = Vec::new();
        found.walk(folder, Path::new(""), &mut above, most);
        found
    }

    fn walk(&mut self, folder: &Path, below: &Path, above: &mut Vec<PathBuf>, most: usize) {
        let listed = fs::canonicalize(folder).and_then(|real| Ok((real, fs::read_dir(folder)?)));
        let entries = listed.and_then(|(real, entries)| Ok((real, entries.collect::<Result<Vec<_>, _>>()?)));
        let (real, mut entries) = match entries {
            Ok(listed) => listed,
            Err(error) => return self.unread.push((folder.to_owned(), error)),
        };
        // A link that leads to a folder above it would be followed for ever.
        if above.contains(&real) || above.len() >= DEPTH {
            return;
        }
        above.push(real);
        self.folders.push(folder.to_owned());
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let name = entry.file_name();
            if name.to_string_lossy().starts_with('.') {
                continue;
            }
            let (path, below) = (entry.path(), below.join(&name));
            // Follows links. What has gone meanwhile is neither.
            let Ok(kind) = fs::metadata(&path) else { continue };
            if kind.is_dir() {
                self.walk(&path, &below, above, most);
            } else if let Some(format) = Format::of_file(&name.to_string_lossy()).filter(|_| kind.is_file()) {
                if self.files.len() >= most {
                    self.is_cut = true;
                    break;
                }
                self.files.push(DocumentFile { path, below, format });
            }
        }
        above.pop();
    }
}

/// Returns the key that a path below a folder says: `users.get` for `users/get.toml`. `None` at the top of the folder, and if it is no key.
pub(super) fn key_of(path: &Path) -> Option<Key> {
    let path = path.with_extension("");
    let parts: Vec<&str> = path.iter().map(std::ffi::OsStr::to_str).collect::<Option<_>>()?;
    if parts.len() < 2 { None } else { Key::parse(&parts.join(".")).ok() }
}

#[cfg(test)]
mod tests {
    use super::key_of;
    use std::path::Path;

    #[test]
    fn a_path_below_a_folder_says_a_key() {
        for (path, key) in [
            ("users/get.toml", Some("users.get")),
            ("eu/users/get.json", Some("eu.users.get")),
            ("eu.users/get.v2.json", Some("eu.users.get.v2")),
            ("get.toml", None),
            ("users/get me.toml", None),
        ] {
            assert_eq!(key_of(Path::new(path)).as_ref().map(crate::Key::as_str), key, "{path}");
        }
    }
}
