use recourse::resilient;
use recourse_tests::{Fail, Script, busy, ok};
use std::future::Future;
use std::pin::Pin;

struct Counter {
    script: Script,
    seen: Vec<u32>,
    name: String,
}

#[derive(Debug)]
struct Guard<'a>(&'a mut Counter);

impl Counter {
    #[resilient(retry = "2 attempts, no delay")]
    async fn mut_self(&mut self, x: u32, text: String) -> Result<u32, Fail> {
        self.seen.push(x);
        let me = self;
        me.name.push_str(&text);
        println!("{:?}", me.name);
        me.script.play().await
    }
    #[resilient(retry = "2 attempts, no delay")]
    async fn formats(&mut self, id: u32) -> Result<String, Fail> {
        self.seen.push(id);
        self.script.play().await?;
        let all = format!("{self:?} {id} {{self}}");
        let Guard(inner) = Guard(self);
        inner.seen.push(0);
        Ok(all)
    }
    #[resilient(retry = "2 attempts, no delay")]
    async fn typed(self: &mut Self) -> Result<u32, Fail> {
        async move { self.script.play().await }.await
    }
    #[resilient(retry = "2 attempts, no delay")]
    async fn pinned(mut self: Pin<&mut Self>) -> Result<u32, Fail> {
        self.seen.push(1);
        self.as_mut().get_mut().seen.push(2);
        self.script.play().await
    }
    #[resilient(retry = "2 attempts, no delay")]
    fn future(&mut self, x: u32) -> impl Future<Output = Result<u32, Fail>> + Send {
        async move {
            self.seen.push(x);
            self.script.play().await
        }
    }
    #[resilient(retry = "2 attempts, no delay", hedge = "p99")]
    fn boxed<'a>(&'a self, x: String) -> Pin<Box<dyn Future<Output = Result<u32, Fail>> + Send + 'a>> {
        let n = x.len();
        Box::pin(async move {
            let _ = n;
            self.script.play().await
        })
    }
    #[resilient(timeout = "1s")]
    fn once<'a>(&'a self, x: String) -> Pin<Box<dyn Future<Output = Result<usize, Fail>> + Send + 'a>> {
        if x.is_empty() {
            return Box::pin(async { Ok(0) });
        }
        Box::pin(async move { Ok(x.len()) })
    }
}
impl std::fmt::Debug for Counter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "C{}", self.seen.len())
    }
}

#[resilient(retry = "2 attempts, no delay")]
async fn buf(
    script: &Script,
    buf: &mut Vec<u32>,
    mut p: Pin<&mut u32>,
    (a, b): &mut (u32, u32),
    mut s: &mut [u32],
) -> Result<u32, Fail> {
    buf.push(1);
    *p += 1;
    let _ = p.as_mut();
    *a += *b;
    if s.len() > 1 {
        s = &mut s[1..];
    }
    s[0] += 1;
    script.play().await
}

#[async_trait::async_trait]
trait Store {
    async fn load(&self, id: u32) -> Result<u32, Fail>;
    async fn put(&mut self, id: String) -> Result<u32, Fail>;
    #[resilient(retry = "2 attempts, no delay")]
    async fn default(&self, script: &Script, mut x: String) -> Result<u32, Fail>
    where
        Self: Sync,
    {
        x.push('a');
        script.play().await
    }
}
#[async_trait::async_trait]
impl Store for Counter {
    #[resilient(retry = "2 attempts, no delay")]
    async fn load(&self, id: u32) -> Result<u32, Fail> {
        Ok(self.script.play().await? + id)
    }
    #[resilient(retry = "2 attempts, no delay")]
    #[tracing::instrument]
    async fn put(&mut self, id: String) -> Result<u32, Fail> {
        self.seen.push(1);
        self.name = id;
        self.script.play().await
    }
}

fn counter() -> Counter {
    Counter { script: Script::new([busy(), ok(1)]), seen: vec![], name: String::new() }
}
fn send<T: Send>(t: T) -> T {
    t
}

#[tokio::test(start_paused = true)]
async fn trial() {
    let mut c = counter();
    assert_eq!(send(c.mut_self(7, "x".into())).await.unwrap(), 1);
    assert_eq!((c.seen.as_slice(), c.name.as_str()), (&[7, 7][..], "xx"));
    let mut c = counter();
    assert_eq!(send(c.formats(7)).await.unwrap(), "C2 7 {self}");
    let mut c = counter();
    assert_eq!(send(c.typed()).await.unwrap(), 1);
    let mut c = counter();
    assert_eq!(send(Pin::new(&mut c).pinned()).await.unwrap(), 1);
    let mut c = counter();
    assert_eq!(send(c.future(1)).await.unwrap(), 1);
    assert_eq!(c.seen.len(), 2);
    let c = counter();
    assert_eq!(c.boxed("a".into()).await.unwrap(), 1);
    assert_eq!(c.once("a".into()).await.unwrap(), 1);
    assert_eq!(c.once("".into()).await.unwrap(), 0);
    let script = Script::new([busy(), ok(1)]);
    let (mut v, mut n, mut t, mut s) = (vec![], 0, (1, 2), [0, 0]);
    assert_eq!(send(buf(&script, &mut v, Pin::new(&mut n), &mut t, &mut s)).await.unwrap(), 1);
    assert_eq!((v.len(), n, t, s), (2, 2, (5, 2), [0, 2]));
    let mut c = counter();
    assert_eq!(c.load(1).await.unwrap(), 2);
    let mut c = counter();
    assert_eq!(c.put("b".into()).await.unwrap(), 1);
    assert_eq!(c.default(&Script::new([busy(), ok(1)]), "a".into()).await.unwrap(), 1);
}
