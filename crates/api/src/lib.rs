//! What endpoints share: reading requests, authentication, the errors and envelopes of each surface, paging.
//!
//! An endpoint is a component whose handler is a call of [`serve`]: what is the same for all of them is done here,
//! once, and what it returns is written in the shape of its surface.

mod agent;
mod auth;
mod bounds;
mod call;
mod contact;
mod conversation;
mod cors;
mod file;
mod filter;
mod flow;
mod idempotency;
mod inbox;
mod jwt;
mod kept;
mod order;
mod page;
mod phone;
mod problem;
mod rate;
mod response;
mod serve;
mod signer;
mod spin_engine;
mod spin_host;
mod stream;
mod surface;
mod ticket;
mod token;
mod visitor;
mod webhook;
mod workflow;

pub use auth::Principal;
pub use call::Call;
pub use conversation::{conversation_not_found, words_problem};
pub use idempotency::IdempotencyKey;
pub use kept::Answered;
pub use order::{failure, templates_problem};
pub use page::{Envelope, PageQuery};
pub use problem::{Problem, Rule};
pub use rate::RateLimit;
pub use response::Reply;
pub use serve::{Endpoint, serve};
pub use spin_engine::{SpinEngine, engine};
pub use spin_host::{SpinHost, random, secrets, variable};
pub use surface::Surface;
pub use ticket::TICKET_SECONDS;
pub use token::TOKEN_SECONDS;
pub use workflow::apply_definition;

/// The largest request body, in bytes, where nothing else is said (design section 6).
pub const MAX_BODY: usize = 1024 * 1024;

/// The longest id in a body of the console, in characters (contract/console-bimpe.md, section 3).
pub const MAX_ID: usize = 50;
