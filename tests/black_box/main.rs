//! The application as its users see it: requests in, answers and messages out.

#![allow(clippy::expect_used, reason = "tests panic")]

mod actions;
mod calls;
mod consent;
mod console;
mod contact;
mod delivery;
mod load;
mod moved_clock;
mod nested;
mod operations;
mod ops;
mod process;
mod redis;
mod routing;
mod timers;
mod trigger;
mod waiting;
mod webchat;
mod whatsapp;
