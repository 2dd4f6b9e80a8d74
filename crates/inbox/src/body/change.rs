//! What a conversation is told: who answers, whether it is done, tags and agents.

use conversation::{AnswerMode, CaseStatus, Conversation, limits};
use fields::{FieldError, Object};
use serde_json::json;

use super::{MAX_ID, PARTICIPANTS, read_participants, required};
use crate::Participants;

/// What a conversation is told, which the body may name beside the path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told<T> {
    participants: Option<Participants>,
    /// What it is told.
    pub what: T,
}

impl<T> Told<T> {
    fn read(
        fields: &Object<'_, '_>,
        name: &str,
        read: impl FnOnce(&Object<'_, '_>, &str) -> Option<T>,
    ) -> Option<Self> {
        fields.only(&[PARTICIPANTS, name]);
        let participants = read_participants(fields);
        let what = read(fields, name);
        required(fields, name);
        Some(Self { participants, what: what? })
    }

    /// What the conversation is told that the path names. It may be known by another address than the one of the path: a
    /// body may name either.
    ///
    /// # Errors
    /// That the body names another.
    pub fn to(self, conversation: &Conversation, path: &str) -> Result<T, Vec<FieldError>> {
        let own = Participants::of(conversation);
        // By the texts: on the web an address is no phone, nor an id of WhatsApp.
        let is_it = |named: &Participants| {
            named.to_string() == own.to_string()
                || Participants::parse(path).as_ref() == Some(named)
        };
        if self.participants.is_some_and(|named| !is_it(&named)) {
            let message = format!("must be that of the path: {own}");
            return Err(vec![FieldError::new(format!("/{PARTICIPANTS}"), message)]);
        }
        Ok(self.what)
    }
}

/// Reads what `…/answer-mode` is sent. `None`: there was an error.
#[must_use]
pub fn read_answer_mode(fields: &Object<'_, '_>) -> Option<Told<AnswerMode>> {
    Told::read(fields, "answerMode", |fields, name| {
        let mode = fields.one_of(name, &["bot", "manual", "ai"]).value();
        AnswerMode::from_name(&mode?)
    })
}

/// Reads what `…/status` is sent. `None`: there was an error.
#[must_use]
pub fn read_status(fields: &Object<'_, '_>) -> Option<Told<CaseStatus>> {
    Told::read(fields, "status", |fields, name| {
        let status = fields.one_of(name, &["open", "closed", "standby"]).value();
        CaseStatus::from_name(&status?)
    })
}

/// Reads what `…/tags` is sent: 1 to [`limits::CASE_TAGS`] ids. `None`: there was an error.
#[must_use]
pub fn read_tags(fields: &Object<'_, '_>) -> Option<Told<Vec<String>>> {
    Told::read(fields, "tagIds", |fields, name| read_ids(fields, name, 1, limits::CASE_TAGS))
}

/// Reads what `…/agents` is sent: up to [`limits::CASE_AGENTS`] ids. `None`: there was an error.
#[must_use]
pub fn read_agents(fields: &Object<'_, '_>) -> Option<Told<Vec<String>>> {
    Told::read(fields, "agentIds", |fields, name| read_ids(fields, name, 0, limits::CASE_AGENTS))
}

fn read_ids(fields: &Object<'_, '_>, name: &str, least: usize, most: usize) -> Option<Vec<String>> {
    let ids = fields.texts(name, MAX_ID);
    fields.describe(
        name,
        || json!({"minItems": least, "maxItems": most, "items": {"pattern": "\\S"}}),
    );
    let given = fields.any(name).value()?.as_array()?;
    if !(least..=most).contains(&given.len()) {
        fields.error(name, format!("must have {least} to {most} items"));
    }
    for (at, _) in given.iter().enumerate().filter(|(_, id)| is_blank(id)) {
        fields.error_at(&format!("{}/{at}", fields.path(name)), "must not be blank");
    }
    ids.value()
}

fn is_blank(id: &serde_json::Value) -> bool {
    id.as_str().is_some_and(|id| id.trim().is_empty())
}
