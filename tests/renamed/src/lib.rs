//! A facade: it depends on `recourse` under another name, re-exports it under that name, and guards functions with a
//! macro of its own, which works in packages that do not depend on `recourse`.

pub use resilience;

/// A function that is guarded by the facade's policy.
#[macro_export]
macro_rules! guarded {
    ($($function:tt)*) => {
        #[$crate::resilience::resilient(crate = $crate::resilience, key = "facade", retry = "2 attempts, no delay")]
        $($function)*
    };
}
