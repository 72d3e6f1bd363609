//! Documents over HTTP.

use super::addresses::{OtherAddresses, is_local, refused};
use super::error::{RemoteError, RemoteErrorKind, option};
use super::headers::{self, Meaning};
use super::read::too_large;
use super::secret::Secret;
use super::template::UrlTemplate;
use super::transport::{FetchAnswer, FetchFuture, FetchRequest, Transport};
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, HeaderMap, HeaderName, HeaderValue, IF_NONE_MATCH};
use reqwest::{Certificate, Client, Identity, redirect};
use std::error::Error as _;
use std::time::Duration;

/// The most headers of an answer.
const HEADERS: usize = 64;

/// The way to the control plane.
#[derive(Debug)]
pub(super) struct HttpOptions {
    pub(super) connect_timeout: Duration,
    headers: Vec<(HeaderName, Secret)>,
    pub(super) identity: Option<Secret>,
    pub(super) roots: Option<Vec<Certificate>>,
    pub(super) proxy_from_environment: bool,
    pub(super) refuses_local: bool,
}

impl Default for HttpOptions {
    fn default() -> Self {
        let connect_timeout = Duration::from_secs(1);
        Self {
            connect_timeout,
            headers: Vec::new(),
            identity: None,
            roots: None,
            proxy_from_environment: false,
            refuses_local: false,
        }
    }
}

impl HttpOptions {
    pub(super) fn add_header(&mut self, name: &str, value: Secret) -> Result<(), RemoteError> {
        let Ok(header) = HeaderName::from_bytes(name.as_bytes()) else {
            return Err(option(format!("{name:?} is no name of a header; write such as `x-api-key`")));
        };
        // The value is not named: it is a secret.
        value_of(&value).map_err(|()| {
            option(format!("the value of the header `{header}` has characters that a header cannot have; visible ASCII is allowed, and blanks"))
        })?;
        self.headers.push((header, value));
        Ok(())
    }
}

fn value_of(secret: &Secret) -> Result<HeaderValue, ()> {
    let mut value = HeaderValue::from_str(secret.expose()).map_err(drop)?;
    value.set_sensitive(true);
    Ok(value)
}

/// Fetches documents over HTTP/1.1, without redirects, cookies, compression or retries.
#[derive(Debug)]
pub(super) struct Http {
    client: Client,
}

impl Http {
    pub(super) fn new(options: &HttpOptions, template: &UrlTemplate) -> Result<Self, RemoteError> {
        let has_secrets = !options.headers.is_empty() || options.identity.is_some();
        if template.is_open() && has_secrets {
            return Err(option(format!(
                "{}: a header or a certificate would be sent in the open; write https://, or send it to this machine only",
                template.shown()
            )));
        }
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json, application/toml;q=0.9"));
        // A body that grows on its way cannot be limited by what was received.
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        for (name, value) in &options.headers {
            headers.append(name, value_of(value).map_err(|()| option("a header has a value that it cannot have"))?);
        }
        let mut builder = Client::builder()
            .default_headers(headers)
            .user_agent(concat!("recourse/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .connect_timeout(options.connect_timeout)
            .pool_max_idle_per_host(1)
            .http1_only()
            .http1_max_headers(HEADERS);
        if options.refuses_local {
            if options.proxy_from_environment {
                return Err(option(
                    "a proxy resolves names itself, so `refuse_local_addresses` cannot be kept; leave it out, or `proxy_from_environment`",
                ));
            }
            // An address in the URL is never resolved.
            if let Some(address) = template.address().filter(|address| is_local(*address)) {
                return Err(option(format!("{}: {}", template.shown(), refused(address))));
            }
            builder = builder.dns_resolver(OtherAddresses);
        }
        if !options.proxy_from_environment {
            builder = builder.no_proxy();
        }
        if let Some(roots) = &options.roots {
            builder = builder.tls_certs_only(roots.iter().cloned());
        } else if !template.is_tls() {
            // Redirects are off, so nothing is ever verified: the certificates of the system need not be there.
            builder = builder.tls_certs_only([]);
        }
        if let Some(pem) = &options.identity {
            // The error might quote the key.
            let identity = Identity::from_pem(pem.expose().as_bytes()).map_err(|_| {
                option("client_certificate: there is no private key with a certificate in PEM; give both, one after the other")
            })?;
            builder = builder.identity(identity);
        }
        let client = builder.build().map_err(|error| option(format!("TLS cannot be set up: {}", chain(&error))))?;
        Ok(Self { client })
    }
}

impl Transport for Http {
    fn fetch(&self, request: FetchRequest) -> FetchFuture {
        let client = self.client.clone();
        Box::pin(async move {
            let shown = request.shown.clone();
            let mut asked = client.get(&*request.url);
            if let Some(etag) = &request.etag {
                asked = asked.header(IF_NONE_MATCH, &**etag);
            }
            if let Some(wait) = request.wait {
                asked = asked.header("prefer", format!("wait={}", wait.as_secs()));
            }
            let mut response = asked.send().await.map_err(|error| failed(&shown, error))?;
            let status = response.status().as_u16();
            let Meaning { format, etag, max_age, retry_after, waits } =
                headers::read(response.headers(), response.url(), status, &shown)?;
            let mut answer = FetchAnswer { format, etag, max_age, retry_after, waits, ..FetchAnswer::new(status, "") };
            // Nothing but a document is read.
            if status == 200 {
                while let Some(chunk) = response.chunk().await.map_err(|error| failed(&shown, error))? {
                    if answer.body.len().saturating_add(chunk.len()) > request.max_bytes {
                        return Err(too_large(&shown, request.max_bytes));
                    }
                    answer.body.extend_from_slice(&chunk);
                }
            }
            Ok(answer)
        })
    }
}

/// Returns the error of a fetch that brought no answer. The client's own text has the whole URL.
fn failed(shown: &str, error: reqwest::Error) -> RemoteError {
    let (kind, says) = if error.is_connect() {
        (RemoteErrorKind::Connect, "no connection")
    } else if error.is_timeout() {
        (RemoteErrorKind::Timeout, "no answer in time")
    } else {
        (RemoteErrorKind::Transport, "the connection broke, or what came is not HTTP")
    };
    RemoteError::new(kind, format!("{shown}: {says}: {}", chain(&error.without_url())))
}

/// Returns the texts of an error and of its causes. Without the first, which says no more than what was tried.
fn chain(error: &reqwest::Error) -> String {
    let causes: Vec<String> =
        std::iter::successors(error.source(), |cause| (*cause).source()).map(ToString::to_string).collect();
    if causes.is_empty() { error.to_string() } else { causes.join(": ") }
}
