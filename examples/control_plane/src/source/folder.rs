//! Documents in a folder: the same that `FileProvider` and `recourse check` read.

use super::file::{SourceFile, WriteError, tag_of};
use recourse_policy::document::{DocumentFile, Folder as Listing};
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use tokio::task::spawn_blocking;

/// The largest document that is read. The check refuses smaller ones already, and says so.
const MOST_BYTES: u64 = 16 << 20;

/// The most files that are looked at.
const MOST_FILES: usize = 10_000;

/// A folder of documents.
#[derive(Clone, Debug)]
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(super) async fn read(&self, most: usize) -> Result<Vec<SourceFile>, String> {
        let root = self.0.clone();
        run(move || read(&root, most)).await?
    }

    pub(super) async fn write(&self, name: &str, text: &str, expected: Option<&str>) -> Result<(), WriteError> {
        let (root, name, text, expected) =
            (self.0.clone(), name.to_owned(), text.to_owned(), expected.map(ToOwned::to_owned));
        run(move || write(&root, &name, &text, expected.as_deref())).await.map_err(WriteError::Failed)?
    }
}

async fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, String> {
    spawn_blocking(work).await.map_err(|fault| fault.to_string())
}

fn read(root: &Path, most: usize) -> Result<Vec<SourceFile>, String> {
    let listing = Listing::search(root, most);
    if let Some((path, fault)) = listing.unread.first() {
        return Err(format!("{}: {fault}", path.display()));
    }
    if listing.is_cut {
        return Err(format!("{} has more than {most} documents", root.display()));
    }
    let files = listing.files.into_iter().map(|file| {
        let bytes = read_file(&file.path).map_err(|fault| format!("{}: {fault}", file.path.display()))?;
        let changed = fs::metadata(&file.path).and_then(|about| about.modified()).map(httpdate::fmt_http_date);
        Ok(SourceFile {
            name: name_of(&file),
            format: file.format,
            bytes,
            changed: changed.unwrap_or_else(|_| "at a time that is not known".to_owned()),
        })
    });
    files.collect()
}

fn name_of(file: &DocumentFile) -> String {
    file.below.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}

fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MOST_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn write(root: &Path, name: &str, text: &str, expected: Option<&str>) -> Result<(), WriteError> {
    let listed = Listing::search(root, MOST_FILES).files.into_iter().find(|file| name_of(file) == name);
    let now = listed.as_ref().map(|file| read_file(&file.path)).transpose().map_err(failed)?;
    if now.as_deref().map(tag_of).as_deref() != expected {
        return Err(WriteError::Conflict(now));
    }
    match listed {
        // A link stays a link: the file that it leads to is replaced.
        Some(file) => replace(&file.path.canonicalize().map_err(failed)?, text).map_err(failed),
        None => create(&root.join(name), text).map_err(failed),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the name of this function is what `map_err` takes")]
fn failed(fault: io::Error) -> WriteError {
    WriteError::Failed(fault.to_string())
}

/// Replaces a file, so that whoever reads it at any moment, and whoever comes after a power failure, finds the old text or the new one.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let new = temporary(path, text)?;
    // A server beside this one that could read the old file can read the new one.
    new.as_file().set_permissions(fs::metadata(path)?.permissions())?;
    new.as_file().sync_all()?;
    new.persist(path)?;
    sync_folder(path);
    Ok(())
}

fn create(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let new = temporary(path, text)?;
    new.as_file().sync_all()?;
    new.persist_noclobber(path)?;
    sync_folder(path);
    Ok(())
}

/// Writes a file beside another one. Its name begins with a dot, so nobody takes it for a document.
fn temporary(path: &Path, text: &str) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".recourse-").suffix(".new");
    #[cfg(unix)]
    let builder = {
        use std::os::unix::fs::PermissionsExt as _;
        // What the user's mask allows, as for every new file: the default is nobody but this user.
        builder.permissions(fs::Permissions::from_mode(0o666))
    };
    let mut new = builder.tempfile_in(path.parent().unwrap_or(Path::new(".")))?;
    new.write_all(text.as_bytes())?;
    Ok(new)
}

/// Makes the new name last, on systems that can open a folder.
fn sync_folder(path: &Path) {
    if let Some(Ok(folder)) = path.parent().map(File::open) {
        // The document itself is complete; that its name lasts is all that may fail here, and nothing would follow from it.
        let _ = folder.sync_all();
    }
}
