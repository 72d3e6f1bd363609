//! The service `Greeter` of the example `guarded_grpc`, as `tonic-build` would write it; that needs `protoc`, which not every machine
//! has. Its one method is `greeter.Greeter/Greet`, and messages are plain text.

use bytes::{Buf as _, BufMut as _};
use std::convert::Infallible;
use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr};
use std::task::{Context, Poll};
use tokio::net::TcpListener;
use tonic::body::Body;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::codegen::http::uri::PathAndQuery;
use tonic::codegen::{BoxFuture, Service, http};
use tonic::server::{NamedService, UnaryService};
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Channel, Server};
use tonic::{Request, Response, Status};

/// Calls the method.
///
/// # Errors
///
/// The status of the server, or that of a connection which failed.
pub async fn greet(channel: Channel, name: &str) -> Result<String, Status> {
    let mut grpc = tonic::client::Grpc::new(channel);
    grpc.ready().await.map_err(|error| Status::unknown(format!("not ready: {error}")))?;
    let path = PathAndQuery::from_static("/greeter.Greeter/Greet");
    Ok(grpc.unary(Request::new(name.to_owned()), path, TextCodec).await?.into_inner())
}

/// The server of a service that a function answers.
#[derive(Clone, Debug)]
pub struct Greeter<F>(pub F);

impl<F, Answer> Greeter<F>
where
    F: Fn(String) -> Answer + Clone + Send + Sync + 'static,
    Answer: Future<Output = Result<String, Status>> + Send + 'static,
{
    /// Spawns the server on a free port of this machine.
    ///
    /// # Errors
    ///
    /// There is no free port.
    pub async fn spawn(self) -> std::io::Result<SocketAddr> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        tokio::spawn(Server::builder().add_service(self).serve_with_incoming(TcpIncoming::from(listener)));
        Ok(address)
    }
}

impl<F> NamedService for Greeter<F> {
    const NAME: &'static str = "greeter.Greeter";
}

impl<F, Answer> Service<http::Request<Body>> for Greeter<F>
where
    F: Fn(String) -> Answer + Clone + Send + Sync + 'static,
    Answer: Future<Output = Result<String, Status>> + Send + 'static,
{
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<Self::Response, Self::Error>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let method = Greet(self.0.clone());
        Box::pin(async move { Ok(tonic::server::Grpc::new(TextCodec).unary(method, request).await) })
    }
}

/// The method.
struct Greet<F>(F);

impl<F, Answer> UnaryService<String> for Greet<F>
where
    F: Fn(String) -> Answer,
    Answer: Future<Output = Result<String, Status>> + Send + 'static,
{
    type Response = String;
    type Future = BoxFuture<Response<String>, Status>;

    fn call(&mut self, request: Request<String>) -> Self::Future {
        let answer = (self.0)(request.into_inner());
        Box::pin(async move { answer.await.map(Response::new) })
    }
}

/// Text as it is, in place of a protocol buffer.
#[derive(Clone, Copy, Debug)]
struct TextCodec;

impl Codec for TextCodec {
    type Encode = String;
    type Decode = String;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for TextCodec {
    type Item = String;
    type Error = Status;

    fn encode(&mut self, text: String, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put_slice(text.as_bytes());
        Ok(())
    }
}

impl Decoder for TextCodec {
    type Item = String;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<String>, Status> {
        let bytes = buffer.copy_to_bytes(buffer.remaining());
        String::from_utf8(bytes.into()).map(Some).map_err(|error| Status::internal(error.to_string()))
    }
}
