//! A server that runs: from its first look at the documents to its end.

use crate::app::App;
use crate::router::router;
use crate::settings::Settings;
use crate::store::Store;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// A server that runs.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    serves: JoinHandle<io::Result<()>>,
    follows: JoinHandle<()>,
}

impl Server {
    /// Looks at the documents, and serves them from then on. Documents with faults are served when they are good.
    ///
    /// # Errors
    ///
    /// Returns an error if the listener has no address.
    pub async fn start(listener: TcpListener, settings: Settings) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let (stop, stopped) = watch::channel(false);
        let Settings { source, place, rules, hosts, writes, cache_control, waits } = settings;
        let store = Arc::new(Store::new(source, rules));
        store.refresh().await;
        let follows = tokio::spawn({
            let store = store.clone();
            async move { store.follow().await }
        });
        let app = Arc::new(App { store, place, hosts, writes, cache_control, waits, stop: stopped.clone() });
        let ended = async move {
            let mut stopped = stopped;
            // The sender is gone if the server was dropped, which ends it as well.
            let _ = stopped.wait_for(|stop| *stop).await;
        };
        let router = router(&app);
        let serves = tokio::spawn(async move { axum::serve(listener, router).with_graceful_shutdown(ended).await });
        Ok(Self { address, stop, serves, follows })
    }

    /// Returns the address that the server listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Ends the server: requests that wait for news are answered, and connections closed.
    ///
    /// # Errors
    ///
    /// Returns the error that the server ended with.
    pub async fn stop(self) -> io::Result<()> {
        self.follows.abort();
        // Nobody waits if the server has ended already.
        let _ = self.stop.send(true);
        self.serves.await.map_err(io::Error::other)?
    }
}
