//! Ten functions share one policy from a TOML file, which is changed while the program runs. No network.
//!
//! Prints how many attempts a call of each function makes, all of which fail: 2 under the file as it is at the start, 4 after an edit, still 4
//! after an edit with a mistake, which is told with its place, and 1 when the file switches all mechanisms off.

use recourse::observe::{Observer, PolicyChange};
use recourse::providers::FileProvider;
use recourse::{Executor, Key, observe, resilient};
use std::error::Error;
use std::path::Path;
use std::sync::mpsc::{Sender, channel};
use std::{fs, io};

/// Declares guarded functions of these keys. None of them knows the file.
macro_rules! functions {
    ($($name:ident $key:literal)*) => { $(
        #[resilient(key = $key)]
        async fn $name() -> io::Result<()> {
            Err(io::ErrorKind::ConnectionReset.into())
        }
    )* };
}
functions! {
    get "users.get" list "users.list" find "users.find" add "users.add" update "users.update"
    remove "users.remove" rename "users.rename" lock "users.lock" unlock "users.unlock" count "users.count"
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::temp_dir().join(format!("recourse-policies-{}.toml", std::process::id()));
    fs::write(&path, "['users.*']\nretry = '2 attempts, no delay'\n")?;
    let (news, told) = channel();

    // All that a program needs; the observer is only for what is printed here.
    Executor::builder().provider(FileProvider::open(&path)?).observer(Prints(news)).install()?;

    attempts("at the start").await;
    for (what, text, news) in [
        ("after an edit", "['users.*']\nretry = '4 attempts, no delay'\n", 10),
        ("after a mistake", "['users.*']\nretry = '6 tries'\n", 1),
        ("switched off", "['users.*']\nenabled = false\n", 10),
    ] {
        edit(&path, text)?;
        // The executor tells of each key that has changed, or once of a mistake.
        told.iter().take(news).for_each(drop);
        attempts(what).await;
    }
    fs::remove_file(path)?;
    Ok(())
}

/// Prints how many attempts a call of each function makes.
async fn attempts(when: &str) {
    let calls = async {
        // What they return is an error each time; it is the number of attempts that is looked at.
        let _ = (get().await, list().await, find().await, add().await, update().await);
        let _ = (remove().await, rename().await, lock().await, unlock().await, count().await);
    };
    let ((), timelines) = observe::capture(calls).await;
    let counts: Vec<_> = timelines.iter().map(observe::Timeline::attempt_count).collect();
    println!("{when:<16} {counts:?}");
}

/// Edits the file as most editors do.
fn edit(path: &Path, text: &str) -> io::Result<()> {
    let new = path.with_extension("new");
    fs::write(&new, text)?;
    fs::rename(new, path)
}

#[derive(Debug)]
struct Prints(Sender<()>);

impl Observer for Prints {
    fn policy_changed(&self, _: &Key, _: &PolicyChange) {
        let _ = self.0.send(());
    }

    fn policies_refused(&self, why: &str) {
        println!("{}", why.rsplit('/').next().unwrap_or(why));
        let _ = self.0.send(());
    }
}
