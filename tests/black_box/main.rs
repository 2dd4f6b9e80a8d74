//! The application as its users see it: requests in, answers and messages out.

mod actions;
mod process;
mod whatsapp;
