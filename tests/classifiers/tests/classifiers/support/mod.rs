//! The other side of each client, and the tables of the documentation.

pub(crate) mod grpc;
pub(crate) mod http;
pub(crate) mod postgres;
pub(crate) mod process;
pub(crate) mod redis;
pub(crate) mod table;
