//! Which address is tried next: families take turns, and each address is tried once. Knows neither time nor resolvers.
//!
//! # Design notes
//!
//! - The system's answer keeps its order: `getaddrinfo` sorts by RFC 6724, so its first address says which family goes first. Of
//!   two answers by family, IPv6 goes first.
//! - The address that won last time goes before all others, and does not wait for the answer of the other family.

use std::collections::{HashSet, VecDeque};
use std::net::{IpAddr, SocketAddr};

/// The addresses that are known and not tried yet.
#[derive(Debug)]
pub(super) struct Order {
    /// The address that won last time.
    winner: Option<IpAddr>,
    /// All addresses that were ever added: a late answer must not bring one back.
    seen: HashSet<SocketAddr>,
    v6: VecDeque<SocketAddr>,
    v4: VecDeque<SocketAddr>,
    /// The first family is IPv6.
    v6_first: bool,
    /// How many addresses of the first family are still taken before the first of the other one.
    lead: usize,
    /// The family of the address that was taken last.
    last_was_v6: Option<bool>,
}

impl Order {
    pub(super) fn new(first_family_count: usize, winner: Option<IpAddr>) -> Self {
        let (v6, v4) = (VecDeque::new(), VecDeque::new());
        Self { winner, seen: HashSet::new(), v6, v4, v6_first: true, lead: first_family_count, last_was_v6: None }
    }

    /// Adds addresses behind those of their family.
    pub(super) fn add(&mut self, addresses: impl IntoIterator<Item = SocketAddr>) {
        for address in addresses {
            if self.seen.insert(address) {
                if address.is_ipv6() { self.v6.push_back(address) } else { self.v4.push_back(address) }
            }
        }
    }

    /// Adds addresses of which the first one says which family goes first.
    pub(super) fn add_sorted(&mut self, addresses: impl IntoIterator<Item = SocketAddr>) {
        let mut addresses = addresses.into_iter().peekable();
        self.v6_first = addresses.peek().is_none_or(SocketAddr::is_ipv6);
        self.add(addresses);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.v6.is_empty() && self.v4.is_empty()
    }

    /// Returns true if the address that won last time is known and not tried yet. It is the next one then.
    pub(super) fn has_winner(&self) -> bool {
        self.v6.iter().chain(&self.v4).any(|address| Some(address.ip()) == self.winner)
    }

    /// Takes the next address.
    pub(super) fn take(&mut self) -> Option<SocketAddr> {
        let winner = self.take_winner();
        let next = winner.or_else(|| {
            let leads = self.lead > 0 && !self.family(self.v6_first).is_empty();
            // A lead that was interrupted is over: late addresses of the first family take turns like all others.
            self.lead = if leads { self.lead - 1 } else { 0 };
            let v6 = if leads { self.v6_first } else { self.last_was_v6.map_or(self.v6_first, |last| !last) };
            self.family(v6).pop_front().or_else(|| self.family(!v6).pop_front())
        })?;
        self.last_was_v6 = Some(next.is_ipv6());
        Some(next)
    }

    fn take_winner(&mut self) -> Option<SocketAddr> {
        let ip = self.winner?;
        let family = self.family(ip.is_ipv6());
        let index = family.iter().position(|address| address.ip() == ip)?;
        let winner = family.remove(index);
        // The other family is next, as if the winner had been the whole lead.
        self.lead = 0;
        winner
    }

    const fn family(&mut self, v6: bool) -> &mut VecDeque<SocketAddr> {
        if v6 { &mut self.v6 } else { &mut self.v4 }
    }
}

#[cfg(test)]
mod tests {
    use super::Order;
    use proptest::prelude::*;
    use std::net::SocketAddr;

    /// `6a` and `4b`: an address of this family, with this letter as its last byte.
    fn addresses(names: &str) -> Vec<SocketAddr> {
        let address = |name: &str| {
            let last = name.as_bytes()[1];
            let text = if name.starts_with('6') { format!("[::{last:x}]:1") } else { format!("10.0.0.{last}:1") };
            text.parse().expect("an address")
        };
        names.split_whitespace().map(address).collect()
    }

    fn taken(mut order: Order) -> Vec<SocketAddr> {
        std::iter::from_fn(|| order.take()).collect()
    }

    fn check(first_family_count: usize, winner: &str, known: &str, expected: &str) {
        let winner = addresses(winner).first().map(SocketAddr::ip);
        let mut order = Order::new(first_family_count, winner);
        order.add_sorted(addresses(known));
        assert_eq!(taken(order), addresses(expected), "{known}, {first_family_count} first, winner {winner:?}");
    }

    #[test]
    fn families_take_turns_as_rfc_8305_says() {
        check(1, "", "6a 6b 4a 4b", "6a 4a 6b 4b");
        check(1, "", "4a 4b 6a 6b", "4a 6a 4b 6b");
        check(2, "", "6a 6b 6c 4a 4b", "6a 6b 4a 6c 4b");
        check(9, "", "6a 6b 4a 4b", "6a 6b 4a 4b");
        check(0, "", "6a 6b 4a 4b", "6a 4a 6b 4b");
        check(1, "", "6a 6b 6c", "6a 6b 6c");
        check(1, "", "6a 4a 4b 4c", "6a 4a 4b 4c");
        check(1, "", "", "");
    }

    #[test]
    fn the_last_winner_goes_first_and_the_other_family_is_next() {
        check(1, "4b", "6a 6b 4a 4b", "4b 6a 4a 6b");
        check(2, "6b", "6a 6b 6c 4a", "6b 4a 6a 6c");
        check(1, "4c", "6a 4a", "6a 4a");
    }

    #[test]
    fn a_winner_that_comes_late_is_next() {
        let mut order = Order::new(1, Some(addresses("4b")[0].ip()));
        order.add(addresses("6a 6b"));
        assert_eq!(order.take(), addresses("6a").pop());
        order.add(addresses("4a 4b"));
        assert_eq!(taken(order), addresses("4b 6b 4a"));
    }

    #[test]
    fn an_address_that_comes_late_joins_at_its_familys_next_turn() {
        let mut order = Order::new(1, None);
        order.add(addresses("4a 4b 4c"));
        assert_eq!((order.take(), order.take()), (addresses("4a").pop(), addresses("4b").pop()));
        order.add(addresses("6a 6b 4b"));
        assert_eq!(taken(order), addresses("6a 4c 6b"), "and what was tried is not tried again");
    }

    proptest! {
        /// Whatever comes, in whatever pieces: each address once, its family in the order of the answers, and no family twice
        /// while the other one waits, but for the lead.
        #[test]
        fn each_address_is_taken_once_and_no_family_waits(
            pieces in prop::collection::vec((prop::collection::vec((any::<bool>(), 0u8..9), 0..6), 0usize..4), 1..6),
            lead in 1usize..4,
        ) {
            let mut order = Order::new(lead, None);
            let (mut given, mut all, mut last) = (Vec::new(), Vec::new(), None);
            for (piece, takes) in pieces {
                let piece: Vec<SocketAddr> = piece.iter().map(|(v6, n)| if *v6 { format!("[::{n}]:1") } else { format!("10.0.0.{n}:1") }.parse().unwrap()).collect();
                order.add(piece.clone());
                given.extend(piece);
                for _ in 0..takes {
                    let other_waits = last.is_some_and(|last| if last { !order.v4.is_empty() } else { !order.v6.is_empty() });
                    let leading = order.lead > 0;
                    let Some(next) = order.take() else { break };
                    prop_assert!(!other_waits || leading || last != Some(next.is_ipv6()));
                    last = Some(next.is_ipv6());
                    all.push(next);
                }
            }
            all.extend(taken(order));
            for v6 in [false, true] {
                let mut expected: Vec<SocketAddr> = Vec::new();
                for address in given.iter().filter(|address| address.is_ipv6() == v6) {
                    if !expected.contains(address) {
                        expected.push(*address);
                    }
                }
                let got: Vec<_> = all.iter().copied().filter(|address| address.is_ipv6() == v6).collect();
                prop_assert_eq!(got, expected);
            }
        }
    }
}
