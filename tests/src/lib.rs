//! The harness of the black-box tests: the real host on the real `spin.toml` and wasm files, a stand-in for WhatsApp,
//! and a client. Everything in it panics, with what was sent and answered, when what a test relies on is not so.

#![allow(clippy::expect_used, reason = "a harness that panics, says what was not so")]

mod app;
mod events;
pub mod flows;
mod http;
pub mod like;
mod line;
mod team;
mod up;
mod wait;
mod webhook;

pub use app::{App, MODEL_KEY, MODEL_NAME, MODEL_PATH, PUBLIC_URL, Setup};
pub use events::{Events, ServerEvent};
pub use http::{Answer, Client, Request, at_once};
pub use line::{Line, PhoneCall, a_sid, texts_of};
pub use team::{Account, Team, a_path, a_phone};
pub use up::{Launch, Up, xtask};
pub use wait::wait_for;
pub use webhook::{notice_signature, signature};

/// The folder of the workspace.
pub fn workspace() -> &'static std::path::Path {
    std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}
