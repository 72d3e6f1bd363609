//! Functions with a policy of their own, in the process-wide executor: the only sites that are resolved once, and the only calls that begin
//! without a state.

use super::calls::{Attempts, opaque, plain};
use crate::script::{Fail, Out, Policy};
use crate::stage::Boxed;
use recourse::resilient;

const ONCE: Policy =
    Policy { attempts: 1, delay: 0, over_nested: false, timeout: None, attempt_timeout: None, hedge: None };

/// Writes each function, with its number, its policy, and whether rejections look worth another attempt.
macro_rules! fixed {
    ($($number:literal $name:ident $key:literal $classify:ident $policy:expr, { $($section:ident = $text:tt),* } $([$word:ident])?;)*) => {
        $(#[resilient(key = $key, $($section = $text,)* $($word)?)]
        async fn $name(attempts: &Attempts) -> Out {
            attempts.run().await
        })*

        /// The policies, by the numbers of the functions, and whether rejections look worth another attempt.
        pub(crate) const POLICIES: &[(Policy, bool)] = &[$(($policy, fixed!(@is $classify))),*];

        pub(super) fn call(number: usize, attempts: Attempts) -> Boxed {
            match number {
                $($number => Box::pin(async move { $name(&attempts).await }),)*
                _ => panic!("no function has the number {number}"),
            }
        }
    };
    (@is opaque) => { true };
    (@is plain) => { false };
}

fixed! {
    0 once "fixed.0" opaque ONCE, { retry = "1 attempts" };
    1 thrice "fixed.1" opaque Policy { attempts: 3, ..ONCE }, { retry = "3 attempts, no delay", budget = "none", classify = opaque };
    2 later "fixed.2" plain Policy { attempts: 3, delay: 10, ..ONCE }, { retry = "3 attempts, fixed 10ms", budget = "none", classify = plain };
    3 cut "fixed.3" opaque Policy { timeout: Some(50), ..ONCE }, { timeout = "50ms" };
    4 both "fixed.4" opaque Policy { attempts: 3, timeout: Some(100), ..ONCE }, { retry = "3 attempts, no delay", timeout = "100ms", budget = "none", classify = opaque };
    5 over "fixed.5" opaque Policy { attempts: 2, over_nested: true, delay: 5, ..ONCE }, { retry = "2 attempts, fixed 5ms, over nested", budget = "none", classify = opaque };
    6 tried "fixed.6" opaque Policy { attempts: 2, attempt_timeout: Some(20), ..ONCE }, { retry = "2 attempts, no delay", attempt_timeout = "20ms", budget = "none", classify = opaque };
    7 hedges "fixed.7" opaque Policy { attempts: 2, hedge: Some((10, 2)), timeout: Some(100), ..ONCE },
        { retry = "2 attempts, no delay", hedge = "10ms, at most 2, budget none", timeout = "100ms", budget = "none", classify = opaque } [idempotent];
    8 limited "fixed.8" plain Policy { attempts: 3, delay: 5, attempt_timeout: Some(30), timeout: Some(100), ..ONCE },
        { retry = "3 attempts, fixed 5ms", attempt_timeout = "30ms", timeout = "100ms", budget = "none", classify = plain };
}

#[resilient(key = "fixed.success", retry = "1 attempts")]
async fn success() -> Out {
    Ok(())
}

/// Makes a call that succeeds: what calls before it have marked outside of everything is gone then.
pub(super) async fn succeed() {
    let _: Result<(), Fail> = success().await;
}
