//! `format!("{self:?}")`, `vec![self.x]`, `assert!`, `matches!`, `write!`, `join!`.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::fmt;
use std::fmt::Write as _;

struct Counter {
    script: Script,
    seen: u32,
    text: String,
}

impl fmt::Debug for Counter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "C{}", self.seen)
    }
}

impl fmt::Display for Counter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.text)
    }
}

impl Counter {
    #[resilient(key = "shapes.lent_formats", retry = "2 attempts, no delay")]
    async fn show(&mut self, id: u32) -> Result<String, Fail> {
        self.seen += 1;
        assert!(self.seen > 0, "{self}");
        assert_ne!(self.seen, 99, "{self:?} and {}", self.text);
        let list = vec![self.seen, self.seen + 1];
        write!(self.text, "{}", self.seen).expect("a string takes it");
        let one = async { matches!(self, Self { seen: 2, .. }) };
        let (is_two, value) = futures::join!(one, async { id });
        self.script.play().await?;
        Ok(format!("{self:?} {self} {self:>4} {{self}} {0:?} {list:?} {is_two} {value} {selfish}", self, selfish = 3))
    }

    #[resilient(key = "shapes.lent_raw_formats", retry = "2 attempts, no delay")]
    async fn raw(&mut self) -> Result<String, Fail> {
        self.script.play().await?;
        Ok(format!(r#""{self}" {{{self:?}}} {this:?}"#, this = self.seen))
    }
}

#[tokio::test(start_paused = true)]
async fn macros_see_self() {
    let mut counter = Counter { script: once_busy(), seen: 0, text: String::new() };
    assert_eq!(send(counter.show(7)).await.unwrap(), "C2 12 12 {self} C2 [2, 3] true 7 3");
    assert_eq!((counter.script.runs(), counter.text.as_str()), (2, "12"));
    counter.script = once_busy();
    assert_eq!(send(counter.raw()).await.unwrap(), r#""12" {C2} 2"#);
    assert_eq!(counter.script.runs(), 2);
}
