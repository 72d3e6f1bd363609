//! What the remote providers of an executor say about themselves.

use crate::executor::instance::Executor;
use crate::providers::{RemoteProvider, RemoteStatus};

impl Executor {
    /// Returns the status of each [`RemoteProvider`] of the executor, the strongest first: what is in force and how old it is, what could not be
    /// fetched or used, and when the control plane is asked next.
    ///
    /// ```
    /// use recourse::Executor;
    /// use recourse::providers::RemoteProvider;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let remote = RemoteProvider::builder("http://localhost:9/policies/{namespace}").start()?;
    /// let executor = Executor::builder().provider(remote).build();
    /// assert_eq!(&*executor.remote_status()[0].url, "http://localhost:9/policies/{namespace}");
    /// # Ok(())
    /// # }
    /// ```
    pub fn remote_status(&self) -> Vec<RemoteStatus> {
        let providers = self.shared.settings.providers.iter();
        providers.filter_map(|provider| Some(provider.as_any()?.downcast_ref::<RemoteProvider>()?.status())).collect()
    }
}
