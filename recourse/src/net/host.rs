//! Reads the host that a caller wrote: a name or an IP address.

use crate::race::Cut;
use std::io;
use std::net::{IpAddr, Ipv6Addr};

/// The target of a connection.
#[derive(Debug, PartialEq)]
pub(super) enum Host<'a> {
    Address(IpAddr),
    /// A name to look up. An IPv6 address with a zone is one, too, since only the operating system knows its zones.
    Name(&'a str),
}

impl<'a> Host<'a> {
    /// Parses a host. If it cannot be one, the error says what to write instead.
    pub(super) fn parse(written: &'a str) -> io::Result<Self> {
        let refuse = |why: String| Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        let bracketed = written.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        let bare = bracketed.unwrap_or(written);
        if let Ok(address) = bare.parse() {
            return Ok(Self::Address(address));
        }
        if is_zoned(bare) {
            return Ok(Self::Name(bare));
        }
        // A host may come from a request, and its errors go to a log.
        let shown = Cut(written);
        if written.is_empty() {
            return refuse("the host is empty: write a name or an IP address".to_owned());
        }
        if written.contains('/') {
            return refuse(format!("the host `{shown}` is a URL: write its host only, such as `example.org`"));
        }
        // In an IPv6 address without brackets the last part is no port.
        let with_port = written.rsplit_once(':').filter(|(name, _)| !name.contains(':') || name.ends_with(']'));
        if let Some((name, port)) = with_port {
            let port = if port.parse::<u16>().is_ok() { port } else { "443" };
            return refuse(format!(
                "the host `{shown}` has a port in it: write `connect(\"{}\", {port})`",
                Cut(name.escape_debug())
            ));
        }
        if written.contains([':', '[', ']']) {
            return refuse(format!("the host `{shown}` is no IPv6 address"));
        }
        Ok(Self::Name(written))
    }
}

/// Returns true for an IPv6 address with a zone, such as `fe80::1%eth0`.
fn is_zoned(host: &str) -> bool {
    host.split_once('%').is_some_and(|(address, zone)| address.parse::<Ipv6Addr>().is_ok() && !zone.is_empty())
}

#[cfg(test)]
mod tests {
    use super::Host;

    #[test]
    fn names_and_addresses_are_told_apart() {
        for name in ["example.org", "localhost", "xn--bcher-kva.example", "under_score", "fe80::1%eth0"] {
            assert_eq!(Host::parse(name).unwrap(), Host::Name(name));
        }
        assert_eq!(Host::parse("[fe80::1%eth0]").unwrap(), Host::Name("fe80::1%eth0"));
        for address in ["192.0.2.7", "::1", "[::1]", "[192.0.2.7]"] {
            assert_eq!(Host::parse(address).unwrap(), Host::Address(address.trim_matches(['[', ']']).parse().unwrap()));
        }
    }

    #[test]
    fn what_is_neither_is_told_what_to_write() {
        for (host, expected) in [
            ("", "the host is empty"),
            ("https://example.org", "is a URL"),
            ("example.org/index", "is a URL"),
            ("example.org:80", "has a port in it: write `connect(\"example.org\", 80)`"),
            ("example.org:", "has a port in it: write `connect(\"example.org\", 443)`"),
            ("example.org:99999", "has a port in it: write `connect(\"example.org\", 443)`"),
            ("[::1]:80", "has a port in it: write `connect(\"[::1]\", 80)`"),
            ("2001:db8:::1", "is no IPv6 address"),
            ("1:2:3:4:5:6:7:8:9", "is no IPv6 address"),
            ("[::1", "is no IPv6 address"),
            ("[example.org]", "is no IPv6 address"),
            ("fe80::1%", "is no IPv6 address"),
        ] {
            let error = Host::parse(host).unwrap_err().to_string();
            assert!(error.contains(expected), "{host}: {error}");
        }
    }
}
