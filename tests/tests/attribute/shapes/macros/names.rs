//! Names that `macro_rules!` hands on, and names of its own that are the same: hygiene holds.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

macro_rules! function {
    ($visibility:vis $name:ident($text:ident: $ty:ty) uses $value:expr) => {
        #[resilient(key = "shapes.macro_names", retry = "2 attempts, no delay")]
        $visibility async fn $name(script: &Script, $text: $ty, mut text: u32, (n, _): (u32, u32)) -> Result<String, Fail> {
            text += n;
            script.play().await?;
            Ok(format!("{}{}", $value, text))
        }
    };
}

function!(pub(super) named(text: String) uses text + "!");

#[tokio::test(start_paused = true)]
async fn two_arguments_of_one_name_stay_apart() {
    let script = once_busy();
    assert_eq!(send(named(&script, "t".into(), 7, (1, 0))).await.unwrap(), "t!8");
    assert_eq!(script.runs(), 2);
}
