//! Servers of this machine, each in a process and a folder of its own that go with the tests.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A shell that runs a server, and ends it when its standard input is closed: whichever way this process ends.
pub(crate) struct Process {
    shell: Child,
    pub(crate) folder: PathBuf,
}

impl Process {
    /// Runs a script as that user, if a name is given and this process is root's. The script finds its folder in `$dir`, and its server ends with it:
    /// the process that it starts in the background is `$!`.
    pub(crate) fn start(user: Option<&str>, script: &str) -> Self {
        let script = format!(
            "set -e\ndir=$(mktemp -d)\ntrap 'kill -INT $pid 2>/dev/null || true; wait $pid || true; rm -rf \"$dir\"' EXIT\n\
             cd \"$dir\"\n{script}\npid=$!\necho \"$dir\"\nread -r _ || true"
        );
        let mut command = match user {
            Some(user) if is_root() => {
                let mut command = Command::new("runuser");
                command.args(["-u", user, "--", "sh", "-c", &script]);
                command
            }
            _ => {
                let mut command = Command::new("sh");
                command.args(["-c", &script]);
                command
            }
        };
        let mut shell = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a shell");
        let mut line = String::new();
        BufReader::new(shell.stdout.take().expect("a pipe")).read_line(&mut line).expect("the name of the folder");
        assert!(!line.is_empty(), "the server did not start: its complaint stands above");
        Self { shell, folder: PathBuf::from(line.trim()) }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        let _ = self.shell.wait();
    }
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|id| id.stdout.trim_ascii() == b"0")
}

/// Finds a tool, in `$PATH` and in these folders. Without it the test is over, and under `RECOURSE_REQUIRE_TOOLS` it has failed.
pub(crate) fn tool(name: &str, package: &str, folders: &[PathBuf]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = folders.iter().cloned().chain(std::env::split_paths(&path));
    let found = places.map(|folder| folder.join(name)).find(|file: &PathBuf| Path::exists(file));
    if found.is_none() {
        let says = format!("{name} is not installed (Debian: `apt-get install {package}`): not tested");
        assert!(std::env::var_os("RECOURSE_REQUIRE_TOOLS").is_none(), "{says}");
        eprintln!("{says}");
    }
    found
}

/// Asks again and again until there is an answer, for a minute: a machine may be slow.
pub(crate) async fn wait_for<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let asked = async {
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), asked)
        .await
        .unwrap_or_else(|_| panic!("waited for {what}"))
}
