//! Mistakes, their errors, and how each is put right (`ui/KIND/NAME.rs`, `NAME.stderr`, `NAME.fixed.rs`). See `tests/ui.rs`.
