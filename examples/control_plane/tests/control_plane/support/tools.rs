//! Programs that tests need: found, started, and ended with the test.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command};
use std::time::Duration;

/// Finds a program. If it is absent, says which package has it, and fails where tools are required.
pub(crate) fn find(names: &[&str], package: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    // Debian puts servers where only root looks for them.
    let folders = std::env::split_paths(&path).chain(["/usr/sbin".into(), "/usr/local/sbin".into()]);
    let found = folders.flat_map(|folder| names.iter().map(move |name| folder.join(name))).find(|path| path.is_file());
    if found.is_none() {
        let says = format!("{} is not installed (Debian: `apt-get install {package}`): not tested", names[0]);
        assert!(std::env::var_os("RECOURSE_REQUIRE_TOOLS").is_none(), "{says}");
        eprintln!("{says}");
    }
    found
}

/// A program that runs until this is dropped.
#[derive(Debug)]
pub(crate) struct Started(pub(crate) Child);

impl Started {
    pub(crate) fn new(command: &mut Command) -> Self {
        Self(command.spawn().unwrap_or_else(|fault| panic!("{command:?}: {fault}")))
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Returns a port that was free a moment ago, for a program that cannot be told to take any.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port()
}

/// Waits until something is there, and fails after a minute.
pub(crate) async fn until<T>(what: &str, look: impl AsyncFn() -> Option<T>) -> T {
    let found = async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), found).await.unwrap_or_else(|_| panic!("no {what} within a minute"))
}
