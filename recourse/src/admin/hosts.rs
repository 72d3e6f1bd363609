//! The hosts under whose names the router answers.

use axum::http::uri::Authority;
use std::error::Error;
use std::fmt;
use std::net::IpAddr;

/// The hosts that requests may name.
#[derive(Clone, Debug)]
pub(super) enum Hosts {
    /// The names of the machine itself.
    Loopback,
    /// These, in the form of [`name_of`].
    These(Vec<String>),
    /// Every host.
    Any,
}

impl Hosts {
    /// Reads a list of names and addresses.
    pub(super) fn read<T: Into<String>>(hosts: impl IntoIterator<Item = T>) -> Result<Self, HostError> {
        let mut names = Vec::new();
        for host in hosts {
            let host = host.into();
            if host == "*" {
                return Ok(Self::Any);
            }
            names.push(name_of(&host).ok_or(HostError(host))?);
        }
        Ok(Self::These(names))
    }

    /// True if a request may name this host: the value of a header, or of a URI.
    pub(super) fn allow(&self, authority: &str) -> bool {
        let Some(name) = name_of(authority) else { return false };
        match self {
            Self::Loopback => {
                let is_loopback = |address: IpAddr| address.to_canonical().is_loopback();
                name == "localhost" || name.parse().is_ok_and(is_loopback)
            }
            Self::These(names) => names.contains(&name),
            Self::Any => true,
        }
    }
}

/// Returns the name or the address without port and brackets, in small letters; `None` if the text is no host.
fn name_of(authority: &str) -> Option<String> {
    if let Ok(address) = authority.parse::<IpAddr>() {
        return Some(address.to_string());
    }
    // What stands before an `@` is no part of a host.
    let authority: Authority = authority.parse().ok().filter(|_| !authority.contains('@'))?;
    let host = authority.host();
    if let Some(address) = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        return address.parse::<IpAddr>().ok().map(|address| address.to_string());
    }
    // A dot at the end only says that the name is complete.
    let name = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    (!name.is_empty()).then_some(name)
}

/// The error of a text that is no host.
///
/// ```
/// use recourse::Executor;
/// use recourse::admin::Admin;
///
/// let wrong = Admin::new(&Executor::new()).hosts(["https://ops.example.com"]).unwrap_err();
/// assert_eq!(
///     wrong.to_string(),
///     "\"https://ops.example.com\" is no host: write a name or an address without a scheme or a path, such as `ops.example.com` or \
///      `10.0.0.7`; `*` allows every host"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostError(String);

impl fmt::Display for HostError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let allowed = "write a name or an address without a scheme or a path, such as `ops.example.com` or `10.0.0.7`; `*` allows every host";
        write!(f, "{:?} is no host: {allowed}", self.0)
    }
}

impl Error for HostError {}

#[cfg(test)]
mod tests {
    use super::Hosts;

    #[test]
    fn names_of_the_machine_itself() {
        for host in
            ["localhost", "LocalHost:80", "localhost.", "127.0.0.1:9000", "127.8.9.10", "[::1]", "[::1]:80", "[0:0::1]"]
        {
            assert!(Hosts::Loopback.allow(host), "{host}");
        }
        let foreign = [
            "example.com",
            "localhost.example.com",
            "127.0.0.1.example.com",
            "10.0.0.1",
            "0.0.0.0",
            "localhost@example.com",
            "example.com@localhost",
            "[::2]",
            "",
            ":80",
            "local host",
            "localhost/",
            "localhost#",
            "é",
        ];
        for host in foreign {
            assert!(!Hosts::Loopback.allow(host), "{host}");
        }
    }

    #[test]
    fn names_that_are_listed() {
        let hosts = Hosts::read(["Ops.example.com:8080", "::1", "10.0.0.7"]).expect("hosts");
        for host in ["ops.example.com", "OPS.example.com.:80", "[::1]:80", "10.0.0.7:9000"] {
            assert!(hosts.allow(host), "{host}");
        }
        assert!(!hosts.allow("localhost") && !hosts.allow("example.com") && !hosts.allow("a.ops.example.com"));
        assert!(Hosts::read(["*"]).expect("hosts").allow("example.com"));
        for wrong in ["https://ops", "", "a b", "a/b", "user@ops"] {
            assert!(Hosts::read([wrong]).is_err(), "{wrong}");
        }
    }
}
