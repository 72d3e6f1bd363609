//! Labels, `break` with a value, `continue`, and labelled blocks.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

#[resilient(key = "shapes.labels", retry = "2 attempts, no delay")]
async fn labels(script: &Script) -> Result<u32, Fail> {
    let mut rounds = 0;
    let found = 'outer: loop {
        for n in 0.. {
            if n == 1 {
                continue;
            }
            if n == 3 {
                rounds += 1;
                if rounds < 3 {
                    continue 'outer;
                }
                break 'outer n;
            }
        }
    };
    let more = 'block: {
        if found == 3 {
            break 'block 10;
        }
        20
    };
    script.play().await.map(|value| value + found + more + rounds)
}

#[tokio::test(start_paused = true)]
async fn labels_are_those_of_the_body() {
    let script = once_busy();
    assert_eq!(send(labels(&script)).await.unwrap(), 17);
    assert_eq!(script.runs(), 2);
}
