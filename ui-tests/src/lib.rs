//! Mistakes and their errors (`ui/`), and how each is put right (`ui/pass/`). See `tests/ui.rs`.
