//! Deadlines from a client to a server, over real sockets. Nothing waits for a time to pass.

mod axum_server;
mod grpc;
mod grpc_service;
