//! `#[cfg(..)]` on arguments.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

/// Neither is `Clone`.
struct Never;

#[resilient(key = "shapes.conditional", retry = "2 attempts, no delay")]
async fn conditional(
    script: &Script,
    #[cfg(not(any()))] there: String,
    #[cfg(any())] never: Never,
    #[cfg_attr(not(any()), cfg(any()))] _not_here: Never,
    #[cfg(not(any()))] (a, mut b): (u32, u32),
    #[cfg(any())] &mut (c, d): &mut (Never, Never),
    #[cfg(not(any()))] seen: &mut u32,
) -> Result<String, Fail> {
    #[cfg(any())]
    drop((never, c, d));
    b += a;
    *seen += 1;
    script.play().await?;
    Ok(there + &b.to_string())
}

#[tokio::test(start_paused = true)]
async fn an_argument_that_is_not_there_is_not_cloned() {
    let (script, mut seen) = (once_busy(), 0);
    assert_eq!(send(conditional(&script, "t".into(), (1, 2), &mut seen)).await.unwrap(), "t3");
    assert_eq!((script.runs(), seen), (2, 2));
    let _ = Never;
}
