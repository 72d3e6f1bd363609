//! TLS: whom the provider trusts, and how it shows who it is.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, IsCa, KeyPair};
use recourse::providers::RemoteProvider;
use recourse_tests_remote::{Server, Step, answer};
use std::sync::Arc;
use time::{Duration, OffsetDateTime};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

type Issuer = CertifiedIssuer<'static, KeyPair>;

fn authority(name: &str) -> Issuer {
    let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A certificate and its key, in PEM.
struct Pem {
    certificate: String,
    key: String,
}

/// Makes a certificate for a host that ends in so many days.
fn issued(by: Option<&Issuer>, host: &str, days: i64) -> Pem {
    let mut params = CertificateParams::new(vec![host.to_owned()]).unwrap();
    params.not_before = OffsetDateTime::now_utc() - Duration::days(30);
    params.not_after = OffsetDateTime::now_utc() + Duration::days(days);
    let key = KeyPair::generate().unwrap();
    let certificate = match by {
        Some(issuer) => params.signed_by(&key, issuer).unwrap(),
        None => params.self_signed(&key).unwrap(),
    };
    Pem { certificate: certificate.pem(), key: key.serialize_pem() }
}

async fn server(pem: &Pem, clients: Option<&Issuer>) -> Server {
    let chain = vec![CertificateDer::from_pem_slice(pem.certificate.as_bytes()).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(pem.key.as_bytes()).unwrap();
    let provider = Arc::new(tokio_rustls::rustls::crypto::aws_lc_rs::default_provider());
    let builder = ServerConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions().unwrap();
    let builder = match clients {
        None => builder.with_no_client_auth(),
        Some(issuer) => {
            let mut roots = RootCertStore::empty();
            roots.add(issuer.der().clone()).unwrap();
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap();
            builder.with_client_cert_verifier(verifier)
        }
    };
    let config = builder.with_single_cert(chain, key).unwrap();
    Server::start_tls(TlsAcceptor::from(Arc::new(config)), |_| -> Vec<Step> {
        answer("200 OK", "", r#"{ "users.get": { "timeout": "2s" } }"#)
    })
    .await
}

fn url(server: &Server) -> String {
    format!("https://localhost:{}/policies/{{namespace}}", server.port())
}

/// remote-28.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_a_certificate_that_is_trusted_and_for_this_host_and_time_is_accepted() {
    let (ours, others) = (authority("ours"), authority("others"));
    for (name, pem, says) in [
        ("good", issued(Some(&ours), "localhost", 30), None),
        ("expired", issued(Some(&ours), "localhost", -1), Some("certificate expired")),
        ("wrong name", issued(Some(&ours), "elsewhere.example", 30), Some("not valid for name")),
        ("self-signed", issued(None, "localhost", 30), Some("UnknownIssuer")),
        ("of others", issued(Some(&others), "localhost", 30), Some("UnknownIssuer")),
    ] {
        let server = server(&pem, None).await;
        let remote = RemoteProvider::builder(url(&server))
            .root_certificates(ours.pem())
            .bearer_token("canary")
            .prefetch(["users"])
            .start()
            .unwrap();
        let result = remote.refresh().await;
        match says {
            None => assert_eq!((result, remote.status().held), (Ok(()), 1), "{name}"),
            Some(says) => {
                let error = result.unwrap_err();
                assert_eq!(error.kind().code(), "connect", "{name}: {error}");
                assert!(error.to_string().contains(says), "{name}: {error}");
                assert!(server.heads().is_empty(), "{name}: nothing was sent");
            }
        }
    }
}

/// remote-28: without certificates of one's own, those of the system count, and a self-made one is none of them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_self_made_certificate_is_not_trusted_by_itself() {
    let ours = authority("ours");
    let server = server(&issued(Some(&ours), "localhost", 30), None).await;
    let remote = match RemoteProvider::builder(url(&server)).prefetch(["users"]).start() {
        Ok(remote) => remote,
        // A machine without any certificates.
        Err(error) => return assert!(error.to_string().contains("TLS cannot be set up"), "{error}"),
    };
    let error = remote.refresh().await.unwrap_err();
    assert!(error.kind().code() == "connect" && server.heads().is_empty(), "{error}");
}

/// remote-28: plain HTTP to a port that speaks TLS, and the other way round.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_speaks_otherwise_is_no_control_plane() {
    let ours = authority("ours");
    let plain = Server::start(|_| answer("200 OK", "", r#"{ "users.get": { "timeout": "2s" } }"#)).await;
    let tls = server(&issued(Some(&ours), "localhost", 30), None).await;
    for url in [url(&plain), url(&tls).replace("https", "http")] {
        let remote = RemoteProvider::builder(url).root_certificates(ours.pem()).prefetch(["users"]).start().unwrap();
        assert!(remote.refresh().await.is_err());
        assert_eq!(remote.status().held, 0);
    }
}

/// remote-28.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_shows_its_certificate() {
    let (ours, clients) = (authority("ours"), authority("clients"));
    let server = server(&issued(Some(&ours), "localhost", 30), Some(&clients)).await;
    let builder = || RemoteProvider::builder(url(&server)).root_certificates(ours.pem()).prefetch(["users"]);
    let without = builder().start().unwrap();
    assert!(without.refresh().await.is_err());
    let pem = issued(Some(&clients), "client", 30);
    let with = builder().client_certificate(format!("{}{}", pem.certificate, pem.key)).start().unwrap();
    with.refresh().await.unwrap();
    assert_eq!(with.status().held, 1);
}
