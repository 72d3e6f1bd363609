//! A dialer that notes what it does.

use recourse::net::{Dialer, TcpDialer};
use std::io;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;

/// Connects over TCP, and notes when each attempt begins and ends.
pub(super) struct Watched {
    start: Instant,
    seen: Mutex<Vec<Seen>>,
}

/// One attempt: when it began, and when and how it ended. An attempt without an end was dropped when another one won.
struct Seen {
    address: SocketAddr,
    began: Duration,
    end: Option<(Duration, String)>,
}

impl Watched {
    pub(super) fn new() -> Self {
        Self { start: Instant::now(), seen: Mutex::default() }
    }

    /// Returns the time since the first attempt could begin.
    pub(super) fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    /// Prints one line per attempt.
    pub(super) fn print(&self, total: Duration) {
        for Seen { address, began, end } in self.seen.lock().expect("nobody panics").iter() {
            let (ended, how) = end.clone().unwrap_or_else(|| (total, "dropped".into()));
            println!("  {address:<21} {:>6.1} ms .. {:>6.1} ms  {how}", millis(*began), millis(ended));
        }
    }
}

impl Dialer for &Watched {
    type Stream = TcpStream;

    async fn dial(&self, address: SocketAddr) -> io::Result<TcpStream> {
        let at = {
            let mut seen = self.seen.lock().expect("nobody panics");
            seen.push(Seen { address, began: self.start.elapsed(), end: None });
            seen.len() - 1
        };
        let result = TcpDialer.dial(address).await;
        let how = result.as_ref().map_or_else(|error| error.kind().to_string(), |_| "connected".into());
        self.seen.lock().expect("nobody panics")[at].end = Some((self.start.elapsed(), how));
        result
    }
}

pub(super) fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
