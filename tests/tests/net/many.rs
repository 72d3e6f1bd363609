//! Hosts with very many addresses, with very long names, and with addresses of IPv4 that are written as IPv6.

use super::{Connects, Network, Refuses, connector, tried};
use recourse::net::{Answer, Answers, Connector, Resolver};
use recourse_tests::ms;
use std::future::Future;
use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

fn addresses(count: u32) -> impl Iterator<Item = SocketAddr> {
    (0..count).map(|n| SocketAddr::from((Ipv4Addr::from(0x0A00_0000 + n), 443)))
}

/// net-7.
#[tokio::test(start_paused = true)]
async fn twenty_thousand_addresses_are_tried_and_some_are_named() {
    let refused = async |_| io::Result::<()>::Err(ErrorKind::ConnectionRefused.into());
    let connector = Connector::new().dialer(refused).min_gap(Duration::ZERO);
    let error = connector.clone().connect_to(addresses(20_000)).await.unwrap_err();
    assert_eq!((error.attempts().len(), error.kind()), (20_000, ErrorKind::ConnectionRefused));
    let text = error.to_string();
    assert!(text.ends_with("; 10.0.0.15:443: connection refused; and 19984 more"), "{text}");
    let debug = format!("{error:?}");
    assert!(debug.contains("19984 more") && debug.len() < 8_000, "{debug}");
    assert_eq!(io::Error::from(error).to_string(), text);

    let error = connector.deadline(ms(0)).connect_to(addresses(20_000)).await.unwrap_err();
    assert!(error.to_string().ends_with("; and 19984 more, of which 19984 were not tried"), "{error}");
}

/// net-7: a host may come from a request, and an error from another library.
#[tokio::test(start_paused = true)]
async fn the_text_of_a_host_and_of_an_error_is_cut() {
    let page = async |_| io::Result::<()>::Err(io::Error::other("x".repeat(100_000)));
    let error = Connector::new().dialer(page).connect("192.0.2.97", 443).await.unwrap_err();
    assert_eq!(error.to_string(), format!("cannot connect to 192.0.2.97:443: 192.0.2.97:443: {}…", "x".repeat(500)));

    let host = "a".repeat(100_000);
    let error = Connector::new().resolver(Mapped).dialer(page).connect(&host, 443).await.unwrap_err();
    assert!(error.to_string().len() < 3_000, "{error}");
    assert_eq!(error.host(), Some(&*host));
    for wrong in [format!("https://{host}"), format!("{host}:80"), format!("{host}::1"), format!("[{host}")] {
        let error = Connector::new().connect(&wrong, 443).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().len() < 2_000 && format!("{error:?}").len() < 3_000, "{error}");
    }
}

/// `192.0.2.97`, as IPv6 and as IPv4.
struct Mapped;

impl Resolver for Mapped {
    fn resolve(&self, _: &str, port: u16) -> Answers<impl Future<Output = Answer>, impl Future<Output = Answer>> {
        let both = ["::ffff:192.0.2.97", "2001:db8::61", "192.0.2.97", "::ffff:192.0.2.98"];
        Answers::together(
            async move { Ok(both.map(|address| SocketAddr::new(address.parse().unwrap(), port)).to_vec()) },
        )
    }
}

/// net-8.
#[tokio::test(start_paused = true)]
async fn an_ipv4_address_written_as_ipv6_is_ipv4() {
    let network = Network::new(&[("4b", Connects(5))]);
    let connector = connector(Mapped, &network);
    assert_eq!(connector.connect("host.example", 443).await.unwrap(), "4b");
    assert_eq!(network.attempts(), tried(&[("4a", 0), ("6a", 250), ("4b", 500)]), "once each, and families take turns");
    // The last winner is known by its IPv4 address.
    assert_eq!(connector.connect("host.example", 443).await.unwrap(), "4b");
    assert_eq!(network.attempts(), tried(&[("4b", 0)]));

    network.set(&[("4a", Refuses(0))]);
    let error = connector.connect("::ffff:192.0.2.97", 443).await.unwrap_err();
    assert!(error.attempts()[0].address.is_ipv4());
    assert_eq!(error.to_string(), "cannot connect to [::ffff:192.0.2.97]:443: 192.0.2.97:443: connection refused");
}
