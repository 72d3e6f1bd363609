//! The router for operators, over real connections on the loopback interface.

mod hostile;
mod reads;
mod refused;
mod remotes;
mod writes;
mod written;
