//! Which address is tried next: families take turns, and each address is tried once. Knows neither time nor resolvers.
//!
//! # Design notes
//!
//! - The system's answer keeps its order: `getaddrinfo` sorts by RFC 6724, so its first address says which family goes first. Of
//!   two answers by family, IPv6 goes first.
//! - The address that won last time goes before all others, and does not wait for the answer of the other family. Addresses that
//!   did not answer last time go behind all others.
//! - An address is sorted into its queue when it comes, so that the next one is found without a search: a host may have very many.
//! - An IPv4 address that is written as IPv6, `::ffff:192.0.2.7`, is an IPv4 address: the same machine is reached by the same protocol.

use std::collections::{HashSet, VecDeque};
use std::net::{IpAddr, SocketAddr};

/// The addresses that are known and not tried yet.
#[derive(Debug)]
pub(super) struct Order {
    /// The address that won last time.
    winner: Option<IpAddr>,
    /// The addresses that did not answer last time, in the order in which they are tried.
    silent: Vec<IpAddr>,
    /// All addresses that were ever added: a late answer must not bring one back.
    seen: HashSet<SocketAddr>,
    /// Those of the winner: several, if a resolver gives several ports.
    first: VecDeque<SocketAddr>,
    v6: VecDeque<SocketAddr>,
    v4: VecDeque<SocketAddr>,
    /// Those that did not answer last time.
    last: VecDeque<SocketAddr>,
    /// The first family is IPv6.
    v6_first: bool,
    /// How many addresses of the first family are still taken before the first of the other one.
    lead: usize,
    /// The families of the addresses that were taken.
    taken: Taken,
}

#[derive(Debug, Default)]
struct Taken {
    last_was_v6: Option<bool>,
    count: usize,
    both_families: bool,
}

impl Order {
    pub(super) fn new(first_family_count: usize, winner: Option<IpAddr>, silent: Vec<IpAddr>) -> Self {
        let [first, v6, v4, last] = [const { VecDeque::new() }; 4];
        let taken = Taken::default();
        Self {
            winner,
            silent,
            seen: HashSet::new(),
            first,
            v6,
            v4,
            last,
            v6_first: true,
            lead: first_family_count,
            taken,
        }
    }

    /// Adds addresses behind those of their family.
    pub(super) fn add(&mut self, addresses: impl IntoIterator<Item = SocketAddr>) {
        for address in addresses.into_iter().map(canonical) {
            if !self.seen.insert(address) {
                continue;
            }
            let ip = address.ip();
            if Some(ip) == self.winner {
                self.first.push_back(address);
            } else if let silent @ Some(_) = rank(&self.silent, ip) {
                let place = self.last.partition_point(|other| rank(&self.silent, other.ip()) <= silent);
                self.last.insert(place, address);
            } else {
                self.family(ip.is_ipv6()).push_back(address);
            }
        }
    }

    /// Adds addresses of which the first one says which family goes first.
    pub(super) fn add_sorted(&mut self, addresses: impl IntoIterator<Item = SocketAddr>) {
        let mut addresses = addresses.into_iter().map(canonical).peekable();
        self.v6_first = addresses.peek().is_none_or(SocketAddr::is_ipv6);
        self.add(addresses);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.first.is_empty() && self.last.is_empty() && self.families_are_empty()
    }

    fn families_are_empty(&self) -> bool {
        self.v6.is_empty() && self.v4.is_empty()
    }

    /// Returns true if the address that won last time is known and not tried yet. It is the next one then.
    pub(super) fn has_winner(&self) -> bool {
        !self.first.is_empty()
    }

    /// Returns true if the next address did not answer last time.
    pub(super) fn next_was_silent(&self) -> bool {
        self.first.is_empty() && self.families_are_empty() && !self.last.is_empty()
    }

    /// Returns how many addresses are taken from here on until both families have been; if only one is known, until two addresses
    /// have been. Zero before the first one, which waits for nothing.
    pub(super) fn turns_due(&self) -> usize {
        let Some(last_was_v6) = self.taken.last_was_v6.filter(|_| !self.taken.both_families && !self.is_empty()) else {
            return 0;
        };
        let of = |v6: bool| if v6 { &self.v6 } else { &self.v4 };
        if of(!last_was_v6).is_empty() {
            return usize::from(self.taken.count == 1);
        }
        let lead = if last_was_v6 == self.v6_first { self.lead.min(of(last_was_v6).len()) } else { 0 };
        lead.saturating_add(1)
    }

    /// Takes the next address.
    pub(super) fn take(&mut self) -> Option<SocketAddr> {
        let next = self.take_winner().or_else(|| self.take_in_turn()).or_else(|| self.last.pop_front())?;
        let is_v6 = next.is_ipv6();
        self.taken.both_families |= self.taken.last_was_v6.is_some_and(|last| last != is_v6);
        self.taken.last_was_v6 = Some(is_v6);
        self.taken.count += 1;
        Some(next)
    }

    fn take_winner(&mut self) -> Option<SocketAddr> {
        let winner = self.first.pop_front()?;
        // The other family is next, as if the winner had been the whole lead.
        self.lead = 0;
        Some(winner)
    }

    fn take_in_turn(&mut self) -> Option<SocketAddr> {
        let leads = self.lead > 0 && !self.family(self.v6_first).is_empty();
        // A lead that was interrupted is over: late addresses of the first family take turns like all others.
        self.lead = if leads { self.lead - 1 } else { 0 };
        let v6 = if leads { self.v6_first } else { self.taken.last_was_v6.map_or(self.v6_first, |last| !last) };
        self.family(v6).pop_front().or_else(|| self.family(!v6).pop_front())
    }

    const fn family(&mut self, v6: bool) -> &mut VecDeque<SocketAddr> {
        if v6 { &mut self.v6 } else { &mut self.v4 }
    }
}

fn rank(silent: &[IpAddr], ip: IpAddr) -> Option<usize> {
    silent.iter().position(|other| *other == ip)
}

fn canonical(address: SocketAddr) -> SocketAddr {
    match address.ip().to_canonical() {
        ip @ IpAddr::V4(_) => SocketAddr::new(ip, address.port()),
        // As it is, with its zone.
        IpAddr::V6(_) => address,
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
        let mut order = Order::new(first_family_count, winner, Vec::new());
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
    fn addresses_that_did_not_answer_go_behind_all_others() {
        let silent = addresses("6a 4a").iter().map(SocketAddr::ip).collect();
        let mut order = Order::new(1, None, silent);
        order.add_sorted(addresses("4a 6a 4b 6b 6c"));
        assert_eq!(taken(order), addresses("4b 6b 6c 6a 4a"), "the first of those that did not answer first");
    }

    #[test]
    fn the_turns_that_are_due_end_with_the_first_of_the_other_family() {
        for (first_family_count, known, expected) in [
            (1, "6a 6b 4a 4b", vec![1, 0, 0]),
            (3, "6a 6b 6c 6d 4a", vec![3, 2, 1]),
            (9, "6a 6b 4a", vec![2, 1, 0]),
            (1, "4a 4b 4c", vec![1, 0, 0]),
            (1, "4a", vec![0]),
        ] {
            let mut order = Order::new(first_family_count, None, Vec::new());
            order.add_sorted(addresses(known));
            assert_eq!(order.turns_due(), 0, "the first address waits for nothing");
            let turns: Vec<_> = expected.iter().map(|_| (order.take(), order.turns_due()).1).collect();
            assert_eq!(turns, expected, "{known}, {first_family_count} first");
        }
    }

    #[test]
    fn a_winner_that_comes_late_is_next() {
        let mut order = Order::new(1, Some(addresses("4b")[0].ip()), Vec::new());
        order.add(addresses("6a 6b"));
        assert_eq!(order.take(), addresses("6a").pop());
        order.add(addresses("4a 4b"));
        assert_eq!(taken(order), addresses("4b 6b 4a"));
    }

    #[test]
    fn an_address_that_comes_late_joins_at_its_familys_next_turn() {
        let mut order = Order::new(1, None, Vec::new());
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
            let mut order = Order::new(lead, None, Vec::new());
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
