//! What a race says when it is used in a way that no type rules out.

pub(super) const POLLED_AFTER_END: &str =
    "a race was polled after it was over: it had returned, or a branch of it had panicked";

pub(super) const OPTION_AFTER_POLL: &str = "options of a race are set before it is polled";
