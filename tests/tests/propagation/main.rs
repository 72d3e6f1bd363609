//! Deadlines between processes, without the sockets: layers and headers. `tests/propagation` has real ones.

mod check;
mod headers;
mod hostile;
mod layers;
mod priority;
mod queues;
mod support;
