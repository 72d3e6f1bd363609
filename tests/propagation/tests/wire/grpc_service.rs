//! A service of gRPC without generated code: one method, whose messages are bytes.

use bytes::{Buf, BufMut, Bytes};
use http::uri::PathAndQuery;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use tonic::body::Body;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::codegen::Service;
use tonic::{Request, Response, Status};

/// Messages are bytes as they are.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Plain;

impl Codec for Plain {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        *self
    }

    fn decoder(&mut self) -> Self {
        *self
    }
}

impl Encoder for Plain {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, item: Bytes, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put(item);
        Ok(())
    }
}

impl Decoder for Plain {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(buffer.copy_to_bytes(buffer.remaining())))
    }
}

/// `tests.Deadlines/Left`: tells the milliseconds that are left.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadlines;

impl tonic::server::NamedService for Deadlines {
    const NAME: &'static str = "tests.Deadlines";
}

struct Left;

impl tonic::server::UnaryService<Bytes> for Left {
    type Response = Bytes;
    type Future = std::future::Ready<Result<Response<Bytes>, Status>>;

    fn call(&mut self, _: Request<Bytes>) -> Self::Future {
        let left = recourse::context::remaining().map_or("none".to_owned(), |left| left.as_millis().to_string());
        std::future::ready(Ok(Response::new(left.into())))
    }
}

impl Service<http::Request<Body>> for Deadlines {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        Box::pin(async move { Ok(tonic::server::Grpc::new(Plain).unary(Left, request).await) })
    }
}

/// Asks the service.
pub(crate) async fn ask<S>(channel: S, request: Request<Bytes>) -> Result<String, Status>
where
    S: tonic::client::GrpcService<Body, ResponseBody = Body>,
    S::Error: std::fmt::Display,
{
    let mut client = tonic::client::Grpc::new(channel);
    client.ready().await.map_err(|error| Status::unavailable(error.to_string()))?;
    let path = PathAndQuery::from_static("/tests.Deadlines/Left");
    let answer = client.unary(request, path, Plain).await?;
    Ok(String::from_utf8_lossy(&answer.into_inner()).into_owned())
}
