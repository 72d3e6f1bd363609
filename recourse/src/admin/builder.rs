//! The settings of the router, and its paths.

use crate::admin::answer::Refused;
use crate::admin::gate::known_hosts_only;
use crate::admin::hosts::{HostError, Hosts};
use crate::admin::shared::Shared;
use crate::admin::{read, write};
use crate::executor::Executor;
use crate::sync::Arc;
use axum::Router;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode, Uri};
use axum::routing::{MethodRouter, get, post};
use recourse_policy::text::did_you_mean;
use std::fmt::Display;
use std::future::Future;

/// Returns a router that tells the state of an executor to requests for the machine itself, and changes nothing.
///
/// [`Admin`] has the settings: other hosts, and who may write. See [the module](crate::admin) for the paths.
///
/// ```
/// use axum::body::Body;
/// use axum::http::{Request, StatusCode};
/// use recourse::Executor;
/// use tower::ServiceExt;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let admin: axum::Router = recourse::admin::router(&Executor::new());
/// let answer = admin.oneshot(Request::get("/held").header("host", "localhost").body(Body::empty())?).await?;
/// assert_eq!(answer.status(), StatusCode::OK);
/// assert_eq!(axum::body::to_bytes(answer.into_body(), 100).await?, r#"{"held":[],"left_out":0}"#);
/// # Ok(())
/// # }
/// ```
pub fn router<S: Clone + Send + Sync + 'static>(executor: &Executor) -> Router<S> {
    Admin::new(executor).router()
}

/// The settings of a router for operators.
///
/// ```
/// use axum::Router;
/// use axum::http::request::Parts;
/// use recourse::Executor;
/// use recourse::admin::Admin;
///
/// let on_call = |request: Parts| async move {
///     if request.headers.get("x-team").is_some_and(|team| team == "on-call") { Ok(()) } else { Err("ask the team on call") }
/// };
/// let admin = Admin::new(Executor::global()).hosts(["ops.example.com", "localhost"])?.writes(on_call).router();
/// let app: Router = Router::new().nest("/resilience", admin);
/// # let _ = app;
/// # Ok::<(), recourse::admin::HostError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Admin(Shared);

impl Admin {
    /// Creates the settings of [`router`]: requests for the machine itself, and no writes.
    #[must_use]
    pub fn new(executor: &Executor) -> Self {
        Self(Shared { executor: executor.clone(), hosts: Hosts::Loopback, check: None })
    }

    /// Sets the names and addresses that requests may be for, in place of `localhost` and the loopback addresses. A port is ignored; `*`
    /// allows every host, for a router that only the operators' network can reach.
    ///
    /// # Errors
    ///
    /// Returns an error if one of them is no host.
    pub fn hosts<T: Into<String>>(mut self, hosts: impl IntoIterator<Item = T>) -> Result<Self, HostError> {
        self.0.hosts = Hosts::read(hosts)?;
        Ok(self)
    }

    /// Lets requests write that pass a check of yours, which is given the request without its body. The error of a request that does not pass
    /// is told to its sender.
    ///
    /// The check is asked after everything else that can be wrong with a request but its body, for each write anew. Its URI is relative to
    /// this router: `/force_open`. A check that needs no waiting returns [`std::future::ready`].
    #[must_use]
    pub fn writes<C, Fut, E>(mut self, check: C) -> Self
    where
        C: Fn(Parts) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), E>> + Send + 'static,
        E: Display,
    {
        self.0.check = Some(Arc::new(move |request| {
            let checked = check(request);
            Box::pin(async move { checked.await.map_err(|error| error.to_string()) })
        }));
        self
    }

    /// Returns the router.
    pub fn router<S: Clone + Send + Sync + 'static>(self) -> Router<S> {
        let shared = Arc::new(self.0);
        let reads = |reads: MethodRouter<Arc<Shared>>| reads.fallback(only_get);
        let writes = |writes: MethodRouter<Arc<Shared>>| writes.fallback(only_post);
        Router::new()
            .route("/", reads(get(read::overview)))
            .route("/breakers", reads(get(read::breakers)))
            .route("/breakers/{keys}", reads(get(read::breakers_of)))
            .route("/policies", reads(get(read::policies)))
            .route("/policies/{keys}", reads(get(read::policies_of)))
            .route("/remotes", reads(get(read::remotes)))
            .route("/held", reads(get(read::held)))
            .route("/bypass", get(read::bypassed).post(write::bypass).fallback(only_get_and_post))
            .route("/limits", get(read::limits).post(write::limits).fallback(only_get_and_post))
            .route("/force_open", writes(post(write::force_open)))
            .route("/force_closed", writes(post(write::force_closed)))
            .route("/reset", writes(post(write::reset)))
            .fallback(no_such_path)
            // The last layer is the first to see a request, whatever its path.
            .layer(axum::middleware::from_fn_with_state(shared.clone(), known_hosts_only))
            .with_state(shared)
    }
}

async fn only_get(method: Method) -> Refused {
    let why = format!("this path is only read: send GET, not {method}");
    Refused::new(StatusCode::METHOD_NOT_ALLOWED, why).allow("GET, HEAD")
}

async fn only_post(method: Method) -> Refused {
    let why = format!("this path writes: send POST with `content-type: application/json`, not {method}");
    Refused::new(StatusCode::METHOD_NOT_ALLOWED, why).allow("POST")
}

async fn only_get_and_post(method: Method) -> Refused {
    let why = format!("send GET to read, or POST with `content-type: application/json` to write, not {method}");
    Refused::new(StatusCode::METHOD_NOT_ALLOWED, why).allow("GET, HEAD, POST")
}

async fn no_such_path(uri: Uri) -> Refused {
    const PATHS: [&str; 9] =
        ["/breakers", "/policies", "/remotes", "/held", "/bypass", "/limits", "/force_open", "/force_closed", "/reset"];
    let near = did_you_mean(uri.path(), &PATHS).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    let says = "the paths are /, /breakers, /policies, /remotes, /held, /bypass, /limits, /force_open, /force_closed and /reset";
    Refused::new(StatusCode::NOT_FOUND, format!("there is no such path: {says}{near}"))
}
