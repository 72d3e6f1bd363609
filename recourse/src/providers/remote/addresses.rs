//! Addresses at which an operator may forbid a control plane.

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};
use tokio::task::spawn_blocking;

/// Metadata services of clouds whose addresses are not link-local: of Alibaba Cloud, and of AWS over IPv6.
const METADATA: [IpAddr; 2] =
    [IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)), IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254))];

/// True for loopback, link-local and unspecified addresses, and for metadata services.
pub(super) fn is_local(address: IpAddr) -> bool {
    // `::ffff:127.0.0.1` leads to 127.0.0.1.
    let address = address.to_canonical();
    let is_link = match address {
        // All of 0.0.0.0/8 is this machine to some systems.
        IpAddr::V4(v4) => v4.is_link_local() || v4.octets()[0] == 0,
        IpAddr::V6(v6) => v6.is_unicast_link_local(),
    };
    is_link || address.is_loopback() || address.is_unspecified() || METADATA.contains(&address)
}

/// Returns why an address is not used.
pub(super) fn refused(address: IpAddr) -> String {
    format!(
        "{address} is an address of this machine or link, or of a metadata service, which `refuse_local_addresses` forbids; give the control plane \
         another address, or allow it by `refuse_local_addresses(false)`"
    )
}

/// Resolves names as the system does, and leaves out the addresses that are forbidden.
#[derive(Debug)]
pub(super) struct OtherAddresses;

impl Resolve for OtherAddresses {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            // The system's resolver waits for the network.
            let resolved = spawn_blocking(move || (name.as_str(), 0).to_socket_addrs()).await??;
            let (local, others): (Vec<SocketAddr>, Vec<_>) = resolved.partition(|address| is_local(address.ip()));
            match local.first() {
                Some(local) if others.is_empty() => Err(refused(local.ip()).into()),
                _ => Ok(Box::new(others.into_iter()) as Addrs),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::is_local;

    #[test]
    fn addresses_of_the_machine_the_link_and_metadata_services_are_local_however_they_are_written() {
        for address in [
            "127.0.0.1",
            "127.9.9.9",
            "0.0.0.0",
            "0.1.2.3",
            "169.254.169.254",
            "100.100.100.200",
            "::1",
            "::",
            "fe80::1",
            "fd00:ec2::254",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
        ] {
            assert!(is_local(address.parse().unwrap()), "{address}");
        }
        for address in
            ["10.0.0.1", "192.168.1.1", "100.100.100.201", "8.8.8.8", "fd00::1", "2001:db8::1", "::ffff:8.8.8.8"]
        {
            assert!(!is_local(address.parse().unwrap()), "{address}");
        }
    }
}
