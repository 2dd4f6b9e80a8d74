//! `cargo xtask up --stand-in` as a user runs it.

mod killed;
mod readme;
