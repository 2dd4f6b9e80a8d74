//! The aggregate, one turn after another. Between two turns the document is written out and read back, and each turn
//! is applied to its own result as well: see `talk.rs`.

mod announcement;
mod calls;
mod case;
mod changes;
mod commands;
mod inbound;
mod limits;
mod notices;
mod orders;
mod outbox;
mod outside_window;
mod pages;
mod person;
mod phone;
mod properties;
mod receipts;
mod recent;
mod resend;
mod sequences;
mod sessions;
mod shelf;
mod talk;
mod timers;
mod triggers;
mod window;
