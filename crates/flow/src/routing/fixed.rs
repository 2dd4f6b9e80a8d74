//! The fixed reply: what is said where nothing else fits, so that a message is never left without an answer. A person
//! should look at the conversation then.

use super::answer::Answer;
use super::{Reader, texts};
use crate::template::Text;

/// What is said where a workflow has no `fixed_reply` of its own.
pub const FIXED_REPLY: &str =
    "Thank you for your message. We will get back to you as soon as we can.";

pub(super) fn read(fixed_reply: Option<&str>, reader: &mut Reader<'_>) -> Answer {
    let own = texts::read(fixed_reply, "/settings/fixed_reply", reader.reading);
    let says = Some(own.unwrap_or_else(|| Text::plain(FIXED_REPLY)));
    Answer { says, calls_attention: true, ..Answer::default() }
}
