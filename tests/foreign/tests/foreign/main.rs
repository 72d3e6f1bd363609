//! Guarded code beside the crates that services are made of. Sockets and spans are real; nothing waits for a time to pass.

mod counted;
mod handlers;
mod instrumented;
mod isolated;
mod nested_spans;
mod never;
mod port;
mod redacted;
mod spans;
