//! A small HTTP server on loopback that plays one scenario. Where the original server lets time pass, so that one answer comes
//! before another, this one waits for what its client does: to the client a failure is over when it has closed that connection.

use std::collections::BTreeSet;
use std::future::{Future, pending};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::watch;

/// What a request is answered.
pub(crate) enum Answer {
    Text(String),
    Status(u16),
    /// The end of the connection.
    Close,
    Never,
}

pub(crate) fn right() -> Answer {
    Answer::Text("right".to_owned())
}

/// What has happened so far.
#[derive(Debug, Default)]
pub(crate) struct State {
    /// Connections that were accepted, and those of them that are open.
    accepted: usize,
    open: usize,
    /// Requests that were read.
    pub(crate) arrived: usize,
    /// Requests whose connection the client has closed, by their number; 0 where it had not even asked.
    pub(crate) gone: BTreeSet<usize>,
    /// What scenarios remember.
    pub(crate) notes: Vec<String>,
}

/// One request, with its number; the first is 1.
pub(crate) struct Visit {
    pub(crate) number: usize,
    /// What stands behind the `?`.
    pub(crate) query: String,
    board: Arc<watch::Sender<State>>,
}

impl Visit {
    pub(crate) async fn until(&self, what: impl FnMut(&State) -> bool) {
        wait(&self.board, what).await;
    }

    pub(crate) fn note(&self, note: impl Into<String>) {
        self.board.send_modify(|state| state.notes.push(note.into()));
    }

    pub(crate) fn notes(&self) -> Vec<String> {
        self.board.borrow().notes.clone()
    }
}

async fn wait(board: &watch::Sender<State>, what: impl FnMut(&State) -> bool) {
    board.subscribe().wait_for(what).await.expect("the board is still there");
}

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    board: Arc<watch::Sender<State>>,
}

impl Server {
    /// Plays this scenario.
    pub(crate) fn plays<F>(scenario: impl Fn(Visit) -> F + Clone + Send + 'static) -> Self
    where
        F: Future<Output = Answer> + Send + 'static,
    {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.bind(SocketAddr::from(([127, 0, 0, 1], 0))).expect("a port");
        // All clients may knock before one is let in; who finds no room would knock again a second later.
        let listener = socket.listen(1_024).expect("a listener");
        let address = listener.local_addr().expect("its address");
        let board = Arc::new(watch::Sender::new(State::default()));
        let shared = board.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                shared.send_modify(|state| (state.accepted, state.open) = (state.accepted + 1, state.open + 1));
                tokio::spawn(serve(stream, scenario.clone(), shared.clone()));
            }
        });
        Self { address, board }
    }

    /// Returns when there were so many connections, and the client has closed them all, those of the losers, too.
    pub(crate) async fn sees_all_gone(self, connections: usize) {
        wait(&self.board, |state| state.accepted == connections && state.open == 0).await;
    }
}

async fn serve<F: Future<Output = Answer>>(
    mut stream: TcpStream,
    scenario: impl Fn(Visit) -> F,
    board: Arc<watch::Sender<State>>,
) {
    let mut number = 0;
    if let Some(query) = request(&mut stream).await {
        board.send_modify(|state| {
            state.arrived += 1;
            number = state.arrived;
        });
        let (mut reader, mut writer) = stream.split();
        let visit = Visit { number, query, board: board.clone() };
        let answer = tokio::select! {
            biased;
            () = closed(&mut reader) => Answer::Never,
            answer = scenario(visit) => answer,
        };
        let text = match answer {
            Answer::Text(text) => format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{text}", text.len()),
            Answer::Status(status) => format!("HTTP/1.1 {status} Other\r\ncontent-length: 0\r\n\r\n"),
            Answer::Close | Answer::Never => String::new(),
        };
        // The client may be gone.
        let _ = writer.write_all(text.as_bytes()).await;
        let _ = writer.shutdown().await;
        closed(&mut reader).await;
    }
    board.send_modify(|state| {
        state.open -= 1;
        state.gone.insert(number);
    });
}

/// The query of a request; `None` where the client went away before it had asked.
async fn request(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).ok()?;
    let path = head.split(' ').nth(1)?;
    Some(path.split_once('?').map_or("", |(_, query)| query).to_owned())
}

/// Returns when the client has closed the connection.
async fn closed(reader: &mut (impl AsyncReadExt + Unpin)) {
    while reader.read_u8().await.is_ok() {}
}

/// For scenarios that do not answer.
pub(crate) async fn never() -> Answer {
    pending::<()>().await;
    Answer::Never
}
