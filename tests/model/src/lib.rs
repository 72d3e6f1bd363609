//! What the models in `tests/agree` and `tests/nested` have in common.

/// Returns the smallest script that was found for which `fails`: tries one small change after another, and keeps those under which it still does.
pub fn shrink<S: PartialEq>(mut script: S, smaller: impl Fn(&S) -> Vec<S>, fails: impl Fn(&S) -> bool) -> S {
    // Every change is one towards something smaller, so this ends; the limit is for a mistake among the changes.
    for _ in 0..1_000 {
        match smaller(&script).into_iter().find(|smaller| *smaller != script && fails(smaller)) {
            Some(smaller) => script = smaller,
            None => break,
        }
    }
    script
}
