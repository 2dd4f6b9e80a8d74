//! The application as its users see it: requests in, answers and messages out.

#![allow(clippy::expect_used, reason = "tests panic")]

mod actions;
mod console;
mod delivery;
mod moved_clock;
mod operations;
mod ops;
mod process;
mod redis;
mod timers;
mod trigger;
mod whatsapp;
