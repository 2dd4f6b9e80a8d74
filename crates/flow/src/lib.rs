//! The workflow language: definition, validation, compile, step. No I/O, clock or randomness.
//!
//! [`validate`] says what is wrong with a [`Definition`], [`compile`] makes a [`Program`] of it, and [`advance`] applies
//! one event to the [`State`] of a session. What is sent, stored and called is the caller's. A node type is one file in
//! `nodes/` and a line in `nodes.rs`; an operator a function and a line in `condition/operators.rs`; a kind of answer
//! a function and a line in `nodes/ask/answers.rs`; a filter a line in `template/filters.rs`; a way to answer a message
//! that no session waits for a file in `routing/`.

mod codes;
mod condition;
mod content;
mod cut;
mod date;
mod definition;
mod effect;
mod email;
mod failure;
mod fields;
mod fit;
mod fold;
mod graph;
mod issue;
pub mod language;
pub mod limits;
mod measure;
mod node;
mod nodes;
mod number;
mod parts;
mod phone;
mod program;
mod reply;
mod routing;
#[cfg(feature = "schema")]
pub mod schema;
mod state;
mod step;
mod template;
mod timestamp;
mod tool;
mod trace;
mod turn;
mod words;

pub use codes::{CODES, FAILURES};
pub use content::{Button, Content, MediaKind, Row, Section, Variables};
pub use definition::{ConversationStep, Definition, Faq, FlowScript, Keyword, Kind, Rule, Weight};
pub use effect::{AiRequest, Change, Effect, EffectResult, HttpRequest, Label, Request};
pub use email::{EMAIL_PATTERN, is_email};
pub use issue::{Issue, Severity};
pub use measure::is_deeper;
pub use program::{NoPrograms, Pin, Program, Programs, compile, validate};
pub use reply::{Location, Reply, ReplyKind};
pub use routing::{Command, FIXED_REPLY, OPTED_IN_TEXT, OPTED_OUT_TEXT, Route, command, nearest};
pub use state::{Awaits, Caller, State};
pub use step::{Event, Scope, Status, Step, advance};
pub use timestamp::Timestamp;
pub use tool::{Tool, ToolCall};
pub use trace::Trace;
