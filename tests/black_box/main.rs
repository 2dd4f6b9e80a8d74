//! The application as its users see it: requests in, answers and messages out.

#![allow(clippy::expect_used, reason = "tests panic")]

mod access;
mod actions;
mod calls;
mod consent;
mod console;
mod contact;
mod crashed;
mod delivery;
mod hostile;
mod inbox;
mod load;
mod memory;
mod moved_clock;
mod nested;
mod openapi;
mod operations;
mod ops;
mod outbox;
mod process;
mod redis;
mod routing;
mod sequences;
mod telephony;
mod timers;
mod trigger;
mod waiting;
mod wasm_sizes;
mod webchat;
mod webhooks;
mod whatsapp;
mod whole_answers;
