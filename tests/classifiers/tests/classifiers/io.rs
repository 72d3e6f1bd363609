//! The table of `classifiers::io`, on errors of the operating system.

use crate::support::http::{Refused, listener};
use crate::support::table::shows;
use recourse::{Class, Classify as _, Executor, Key, Policy};
use std::fs::{self, File, OpenOptions};
use std::io::{Error, ErrorKind, Seek as _, SeekFrom, Write as _};
use std::process::Command;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Two ends of a connection.
async fn connection() -> (TcpStream, TcpStream) {
    let listener = listener().await;
    let address = listener.local_addr().expect("it was bound");
    let (client, server) = tokio::join!(TcpStream::connect(address), listener.accept());
    (client.expect("a connection"), server.expect("a connection").0)
}

#[track_caller]
fn is(row: &str, kind: ErrorKind, error: &Error) {
    assert_eq!(error.kind(), kind, "{row}: {error}");
    shows("io", row, error.classify());
}

/// classify-7.
#[tokio::test]
async fn connection_refused() {
    let port = Refused::new();
    let error = TcpStream::connect(("127.0.0.1", port.port())).await.expect_err("nobody listens");
    is("connection refused", ErrorKind::ConnectionRefused, &error);
}

/// classify-7.
#[tokio::test]
async fn connection_reset() {
    let (mut client, server) = connection().await;
    server.set_zero_linger().expect("a socket");
    drop(server);
    is("connection reset", ErrorKind::ConnectionReset, &client.read_u8().await.expect_err("it is reset"));
}

/// classify-7.
#[tokio::test]
async fn broken_pipe() {
    let (mut client, server) = connection().await;
    client.shutdown().await.expect("an open connection");
    is("broken pipe", ErrorKind::BrokenPipe, &client.write_u8(0).await.expect_err("it is shut"));
    drop(server);
}

/// classify-7.
#[tokio::test]
async fn unexpected_end() {
    let (mut client, server) = connection().await;
    drop(server);
    is("unexpected end", ErrorKind::UnexpectedEof, &client.read_u8().await.expect_err("it ended"));
}

/// classify-7.
#[tokio::test]
async fn timed_out() {
    let (mut client, _server) = connection().await;
    let late = tokio::time::timeout(Duration::from_millis(1), client.read_u8()).await.expect_err("nobody writes");
    is("timed out", ErrorKind::TimedOut, &late.into());
}

/// classify-7: the kind of that error has no name yet.
#[tokio::test]
async fn unknown_host() {
    let error = TcpStream::connect("host.invalid:1").await.expect_err("RFC 6761: nobody has such a name");
    shows("io", "unknown host", error.classify());
}

/// classify-7.
#[test]
fn not_found() {
    is("not found", ErrorKind::NotFound, &File::open("/no/such/file").expect_err("no file"));
}

/// classify-7.
#[test]
fn already_exists() {
    is("already exists", ErrorKind::AlreadyExists, &fs::create_dir("/").expect_err("a folder"));
}

/// classify-7.
#[test]
fn wrong_kind_of_file() {
    is("wrong kind of file", ErrorKind::IsADirectory, &fs::read("/").expect_err("a folder"));
    is("wrong kind of file", ErrorKind::NotADirectory, &fs::read("/dev/null/file").expect_err("no folder"));
}

/// classify-7.
#[test]
fn folder_not_empty() {
    let folder = tempfile::tempdir().expect("a folder");
    File::create(folder.path().join("file")).expect("a file");
    is("folder not empty", ErrorKind::DirectoryNotEmpty, &fs::remove_dir(folder.path()).expect_err("a file is in it"));
}

/// classify-7.
#[test]
fn invalid_input() {
    let error = tempfile::tempfile().expect("a file").seek(SeekFrom::Current(-1)).expect_err("before the beginning");
    is("invalid input", ErrorKind::InvalidInput, &error);
}

/// classify-7: root may do anything but run what is no program.
#[test]
fn permission_denied() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    is("permission denied", ErrorKind::PermissionDenied, &Command::new(file.path()).spawn().expect_err("no program"));
}

/// classify-7.
#[test]
fn invalid_data() {
    let error = std::io::read_to_string(&[0xff_u8][..]).expect_err("no UTF-8");
    is("invalid data", ErrorKind::InvalidData, &error);
}

/// classify-7.
#[test]
fn disk_full() {
    let full = OpenOptions::new().write(true).open("/dev/full");
    is("disk full", ErrorKind::StorageFull, &full.expect("a device").write_all(b"a").expect_err("it is full"));
}

/// classify-7: of a call that repeats, and so is not repeated again.
#[tokio::test]
async fn rejected_below() {
    let hangs = || std::future::pending::<Result<(), Error>>();
    let policy = Policy::new().timeout(Duration::from_millis(1));
    let error = Executor::new().call(Key::from_static("io.hangs"), policy, hangs).await.expect_err("it hangs");
    assert_eq!((error.kind(), error.classify()), (ErrorKind::TimedOut, Class::NonRetryable));
}

/// classify-7.
#[test]
fn anything_else() {
    // Another device: a link cannot lead there.
    let error = fs::rename("/proc/version", "/dev/null/").expect_err("nobody may");
    assert!(!matches!(error.kind(), ErrorKind::Other), "{error:?}");
    let broken =
        OpenOptions::new().read(true).open("/dev/null").expect("a device").write(b"a").expect_err("for reading");
    shows("io", "anything else", broken.classify());
}
