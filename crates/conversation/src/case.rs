//! The conversation as a case of the team's inbox: whether it is done, who is to answer, its tags and whose it is
//! (contract/trigger-pingmee.md, section 3). Nothing here moves a session.

use flow::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Conversation, KeyUse, TurnError, limits};

/// What the team's people keep of a conversation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Whether it is done.
    #[serde(default, skip_serializing_if = "CaseStatus::is_open")]
    pub status: CaseStatus,
    /// Whether the language model was named as who answers, where automation does: see [`Conversation::answer_mode`].
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ai: bool,
    /// Ids of the team's tags, in the order given, [`limits::CASE_TAGS`] at most.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Ids of the team's people, in the order given, [`limits::CASE_AGENTS`] at most.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agents: Vec<String>,
}

/// Whether a case is done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum CaseStatus {
    /// It is not.
    #[default]
    Open,
    /// It is. What the contact writes next opens it again.
    Closed,
    /// It waits for something.
    Standby,
}

impl CaseStatus {
    fn is_open(&self) -> bool {
        *self == Self::Open
    }

    /// The status of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "open" => Some(Self::Open),
            "closed" => Some(Self::Closed),
            "standby" => Some(Self::Standby),
            _ => None,
        }
    }
}

/// Who answers in a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum AnswerMode {
    /// The workflows.
    Bot,
    /// A person: automation rests.
    Manual,
    /// The workflows as well; that the language model was meant is remembered.
    Ai,
}

impl AnswerMode {
    /// The mode of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "bot" => Some(Self::Bot),
            "manual" => Some(Self::Manual),
            "ai" => Some(Self::Ai),
            _ => None,
        }
    }
}

/// A change of a case. Of ids that come twice the second counts for nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseChange {
    /// It is done, or is not.
    Status(CaseStatus),
    /// It gets these tags.
    AssignTags(Vec<String>),
    /// It loses these tags.
    RemoveTags(Vec<String>),
    /// It becomes these people's, too.
    AssignAgents(Vec<String>),
    /// It is these people's no longer.
    RemoveAgents(Vec<String>),
}

impl Case {
    /// Whether nobody has said anything of it.
    #[must_use]
    pub fn is_new(&self) -> bool {
        *self == Self::default()
    }

    /// The ids for which it could not be done: of tags.
    fn apply(&mut self, change: &CaseChange) -> Result<Vec<String>, TurnError> {
        match change {
            CaseChange::Status(status) => self.status = *status,
            CaseChange::AssignTags(ids) => return Ok(add(&mut self.tags, ids, limits::CASE_TAGS)),
            CaseChange::RemoveTags(ids) => return Ok(remove(&mut self.tags, ids)),
            CaseChange::AssignAgents(ids) => {
                if !add(&mut self.agents, ids, limits::CASE_AGENTS).is_empty() {
                    return Err(TurnError::Full(
                        "too many agents are assigned to the conversation",
                    ));
                }
            }
            CaseChange::RemoveAgents(ids) => drop(remove(&mut self.agents, ids)),
        }
        Ok(Vec::new())
    }
}

/// Those for which there was no room.
fn add(list: &mut Vec<String>, ids: &[String], most: usize) -> Vec<String> {
    let mut without_room = Vec::new();
    for id in ids {
        if list.contains(id) || without_room.contains(id) {
            continue;
        }
        let place = if list.len() < most { &mut *list } else { &mut without_room };
        place.push(id.clone());
    }
    without_room
}

/// Those that were not there.
fn remove(list: &mut Vec<String>, ids: &[String]) -> Vec<String> {
    let unknown = ids.iter().filter(|id| !list.contains(id)).cloned().collect();
    list.retain(|known| !ids.contains(known));
    unknown
}

impl Conversation {
    /// Who answers. A conversation that a workflow handed over to a person, or the console paused, is a person's.
    #[must_use]
    pub fn answer_mode(&self) -> AnswerMode {
        match (self.paused, self.case.ai) {
            (true, _) => AnswerMode::Manual,
            (false, true) => AnswerMode::Ai,
            (false, false) => AnswerMode::Bot,
        }
    }

    /// Changes the case, once for each use of a key. The ids of tags for which it could not be done: there is no room for
    /// them, or they were not there; `None` if this use was known. No session is moved, so this is no turn; what is due is
    /// left to the next one.
    ///
    /// # Errors
    /// [`TurnError::KeyReused`], [`TurnError::Full`]; the conversation must then not be committed.
    pub fn file(
        &mut self,
        change: &CaseChange,
        used: &KeyUse,
        clock: Timestamp,
    ) -> Result<Option<Vec<String>>, TurnError> {
        if self.keys.has(used)? {
            return Ok(None);
        }
        let mut case = self.case.clone();
        let undone = case.apply(change)?;
        if case != self.case {
            self.case = case;
            self.updated_at = self.now(clock);
            self.keys.remember(used);
        }
        Ok(Some(undone))
    }

    /// The contact wrote: what was done is not.
    pub(crate) fn reopen(&mut self) {
        if self.case.status == CaseStatus::Closed {
            self.case.status = CaseStatus::Open;
        }
    }
}
