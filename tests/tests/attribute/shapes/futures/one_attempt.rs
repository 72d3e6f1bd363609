//! One attempt only: what is not `Clone` is moved into it, and `&mut` is lent for as long as the result lives.

use crate::shapes::send;
use async_trait::async_trait;
use recourse::resilient;
use recourse_tests::Fail;
use std::future::{Future, ready};
use std::pin::Pin;

/// Not `Clone`.
#[derive(Default)]
struct Upload(Vec<u8>);

struct Bucket(Vec<Upload>);

#[async_trait]
trait Put {
    async fn put_dyn(&mut self, upload: Upload) -> Result<usize, Fail>;
}

#[async_trait]
impl Put for Bucket {
    #[resilient(key = "shapes.once_async_trait", timeout = "1s")]
    async fn put_dyn(&mut self, upload: Upload) -> Result<usize, Fail> {
        self.0.push(upload);
        Ok(self.0.len())
    }
}

impl Bucket {
    #[resilient(key = "shapes.once_box", timeout = "1s")]
    fn put(&mut self, upload: Upload) -> Pin<Box<dyn Future<Output = Result<&mut Upload, Fail>> + Send + '_>> {
        if upload.0.is_empty() {
            return Box::pin(ready(Err(Fail::Missing)));
        }
        Box::pin(async move {
            self.0.push(upload);
            self.0.last_mut().ok_or(Fail::Broken)
        })
    }

    #[resilient(key = "shapes.once_future", timeout = "1s")]
    fn size(self, more: Upload) -> impl Future<Output = Result<usize, Fail>> + Send {
        let more = more.0;
        async move { Ok(self.0.len() + more.len()) }
    }
}

#[tokio::test(start_paused = true)]
async fn arguments_are_moved_into_the_only_attempt() {
    let mut bucket = Bucket(vec![]);
    send(bucket.put(Upload(vec![1]))).await.unwrap().0.push(2);
    assert!(matches!(send(bucket.put(Upload::default())).await, Err(Fail::Missing)));
    assert_eq!(bucket.0[0].0, [1, 2]);
    assert_eq!(send(bucket.put_dyn(Upload(vec![3]))).await.unwrap(), 2);
    assert_eq!(send(bucket.size(Upload(vec![4, 5]))).await.unwrap(), 4);
}
