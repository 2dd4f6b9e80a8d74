//! What is shown is what the documents say: of each type that an answer can be.

mod actions;
mod console;
mod trigger;
