//! The policy server: for programs, for people in a real browser, beside a real nginx, and on a real etcd.

mod browser;
mod documents;
mod etcd;
mod guards;
mod nginx;
mod polls;
mod support;
