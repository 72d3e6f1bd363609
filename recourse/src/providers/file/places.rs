//! The folders to watch, so that whatever changes what a path leads to is seen.

use recourse_policy::document::{DocumentFile, Folder};
use std::collections::{BTreeSet, VecDeque};
use std::ffi::OsString;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// As many links as Linux follows.
const LINKS: usize = 40;

/// Folders to watch, and what counts in them.
///
/// Files are not watched themselves: an editor that writes a new file and renames it leaves the old file to its watchers. The folder sees
/// every file that comes and goes.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// The folders to watch, by paths without links.
    pub(super) watched: BTreeSet<PathBuf>,
    /// Paths that count: the file, and every link and folder on the way to it.
    names: BTreeSet<PathBuf>,
    /// Folders in which everything counts.
    whole: BTreeSet<PathBuf>,
}

impl Places {
    /// Follows every link on the way to a file, or to the documents of a folder.
    pub(super) fn of(path: &Path, most: usize) -> Self {
        let mut places = Self::default();
        places.follow(path);
        if path.is_dir() {
            let found = Folder::search(path, most);
            for folder in found.folders {
                places.follow(&folder);
                if let Ok(real) = fs::canonicalize(folder) {
                    places.whole.insert(real.clone());
                    places.watched.insert(real);
                }
            }
            for DocumentFile { path, .. } in found.files {
                if path.is_symlink() {
                    places.follow(&path);
                }
            }
        }
        places
    }

    /// Returns true if what happened at a path may have changed the files.
    pub(super) fn concern(&self, path: &Path) -> bool {
        // The system may write a path in another way than it was given.
        cfg!(windows)
            || self.names.contains(path)
            || self.watched.contains(path)
            || path.parent().is_some_and(|folder| self.whole.contains(folder))
    }

    /// Walks a path part by part: each link may be set anew in the folder that it stands in.
    fn follow(&mut self, path: &Path) {
        let parts =
            |path: &Path| path.components().map(|part| part.as_os_str().to_owned()).collect::<VecDeque<OsString>>();
        let (mut at, mut rest, mut links) = (PathBuf::new(), parts(path), 0);
        while let Some(part) = rest.pop_front() {
            match Path::new(&part).components().next() {
                Some(Component::ParentDir) => {
                    at.pop();
                    continue;
                }
                Some(Component::CurDir) | None => continue,
                _ => at.push(&part),
            }
            let Ok(target) = fs::read_link(&at) else { continue };
            links += 1;
            if links > LINKS {
                break;
            }
            self.name(&at);
            at.pop();
            // A target that begins at the root replaces all of it, as `push` does.
            let target = parts(&target);
            target.into_iter().rev().for_each(|part| rest.push_front(part));
        }
        self.name(&at);
    }

    /// Lets a path count, and watches its folder; if there is none, the nearest above, in which it may be made again.
    fn name(&mut self, path: &Path) {
        let mut path = path;
        loop {
            self.names.insert(path.to_owned());
            match path.parent() {
                Some(folder) if folder.is_dir() => {
                    self.watched.insert(folder.to_owned());
                    return;
                }
                Some(folder) => path = folder,
                None => return,
            }
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::Places;
    use std::collections::BTreeSet;
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::path::{Path, PathBuf};

    /// As Kubernetes mounts a config map, with one more link above.
    #[test]
    fn every_link_on_the_way_is_watched_in_its_folder() {
        let root = std::env::temp_dir().join(format!("recourse-places-{}", std::process::id()));
        fs::create_dir_all(root.join("mount/..one")).unwrap();
        let root = fs::canonicalize(root).unwrap();
        fs::write(root.join("mount/..one/policies.toml"), "version = 1").unwrap();
        symlink("..one", root.join("mount/..data")).unwrap();
        symlink("..data/policies.toml", root.join("mount/policies.toml")).unwrap();
        symlink("mount", root.join("current")).unwrap();

        let watched = |places: &Places| {
            let below = |path: &PathBuf| path.strip_prefix(&root).ok().map(Path::to_owned);
            places.watched.iter().filter_map(below).map(|path| path.display().to_string()).collect::<Vec<_>>()
        };
        let file = Places::of(&root.join("current/policies.toml"), 10);
        assert_eq!(watched(&file), ["", "mount", "mount/..one"]);
        let folder = Places::of(&root.join("current"), 10);
        assert_eq!(watched(&folder), ["", "mount", "mount/..one"]);
        for counts in ["current", "mount/..data", "mount/policies.toml", "mount/..one/policies.toml"] {
            assert!(file.concern(&root.join(counts)), "{counts}");
            assert!(folder.concern(&root.join(counts)), "{counts}");
        }
        assert!(!file.concern(&root.join("mount/other.log")));
        assert!(folder.concern(&root.join("mount/other.toml")));
        assert!(!folder.concern(&root.join("other.toml")));

        // What is gone may be made again from the nearest folder that is there.
        let gone = Places::of(&root.join("gone/far/policies.toml"), 10);
        assert_eq!(gone.watched, BTreeSet::from([root.clone()]));
        assert!(gone.concern(&root.join("gone")));
        fs::remove_dir_all(root).unwrap();
    }
}
