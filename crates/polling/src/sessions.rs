//! `new-flow-triggered` and `new-sequence-triggered`: the sessions of a kind of workflow, newest first.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::HashMap;

use conversation::{
    Contact, Conversation, Notice, NoticeEvent, PastSession, Session, SessionStatus, acting,
};
use flow::{Kind, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use store::{Kv, Store, StoreError};
use uuid::Uuid;

use crate::SHOWN;
use crate::entry::SessionEntry;
use crate::read::{Part, TOGETHER, contacts, conversations};
use crate::ring::Ring;

/// What a session runs, in the words of its list.
pub trait Ran: Serialize {
    /// The kind that the list is of.
    const KIND: Kind;

    /// The workflow, and its name when the session started.
    fn new(id: Uuid, name: String) -> Self;
}

/// A flow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Flow"))]
pub struct OfFlow {
    /// What the session runs.
    pub flow_id: Uuid,
    /// The flow's name when the session started.
    pub flow_name: String,
}

/// A sequence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Sequence"))]
pub struct OfSequence {
    /// What the session runs.
    pub sequence_id: Uuid,
    /// The sequence's name when the session started.
    pub sequence_name: String,
}

impl Ran for OfFlow {
    const KIND: Kind = Kind::Flow;

    fn new(flow_id: Uuid, flow_name: String) -> Self {
        Self { flow_id, flow_name }
    }
}

impl Ran for OfSequence {
    const KIND: Kind = Kind::Sequence;

    fn new(sequence_id: Uuid, sequence_name: String) -> Self {
        Self { sequence_id, sequence_name }
    }
}

/// A session as the list shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "{R}Session"))]
pub struct SessionView<R> {
    /// The session.
    pub id: Uuid,
    /// What it runs.
    #[serde(flatten)]
    pub of: R,
    /// For whom.
    pub contact_id: Uuid,
    /// E.164; null where no phone is known.
    pub contact_phone: Option<String>,
    /// As the team or the channel's profile gives it.
    pub contact_name: Option<String>,
    /// An email address.
    pub contact_email: Option<String>,
    /// `running`, `completed`, `expired` or `failed`.
    pub status: SessionStatus,
    /// The node that waits; null where none does.
    pub current_node_id: Option<String>,
    /// What the trigger gave, what nodes saved, and `trigger_source`; of a session whose conversation has had ten later
    /// ones only the last.
    pub context: Map<String, Value>,
    /// When the contact or the workflow last did something.
    pub last_interaction_at: String,
    /// When it ends, or would have ended, by itself.
    pub expires_at: String,
    /// When it completed.
    pub completed_at: Option<String>,
    /// When it started.
    pub created_at: String,
}

/// The newest [`SHOWN`] sessions of a team's flows or sequences, of one of them if one is given, among the
/// [`SLOTS`](crate::SLOTS) entries of the kind written last. Reads as many entries as it shows, those without a commit besides, and the conversations and contacts of
/// what it shows. A filter reads entries until it has enough.
///
/// # Errors
/// When the store fails.
pub async fn sessions<K: Kv, R: Ran>(
    store: &Store<K>,
    team: &str,
    of: Option<Uuid>,
    now: Timestamp,
) -> Result<Vec<SessionView<R>>, StoreError> {
    let ring = Ring::of_sessions(store, team, R::KIND);
    let numbers = ring.numbers().await?;
    let mut numbers = numbers.as_slice();
    let mut found: Vec<(SessionEntry<'static>, Shown)> = Vec::new();
    while !numbers.is_empty() && found.len() < SHOWN {
        let wanted = if of.is_some() { TOGETHER } else { TOGETHER.min(SHOWN - found.len()) };
        let (some, rest) = numbers.split_at(wanted.min(numbers.len()));
        numbers = rest;
        let mut entries: Vec<(u64, SessionEntry<'static>)> = ring.read(some).await?;
        entries.retain(|(_, entry)| of.is_none_or(|of| of == entry.flow));
        let ids = entries.iter().map(|(_, entry)| entry.conversation);
        let conversations: HashMap<_, Sessions> = conversations(store, team, ids).await?;
        for (n, entry) in entries {
            let conversation = conversations.get(&entry.conversation);
            let shown = conversation.and_then(|found| Shown::of(found, (R::KIND, n), &entry, now));
            found.extend(shown.map(|shown| (entry, shown)));
        }
    }
    found.truncate(SHOWN);
    // Entries are numbered as they were announced, which is about when their sessions started.
    found.sort_by_key(|(_, shown)| Reverse(shown.created_at));
    let ids = found.iter().map(|(entry, _)| entry.contact);
    let contacts = contacts(store, team, ids).await?;
    let view = |(entry, shown): (SessionEntry<'static>, Shown)| {
        let contact = contacts.get(&entry.contact);
        shown.view(entry, contact)
    };
    Ok(found.into_iter().map(view).collect())
}

/// A session that a conversation has, as the list shows it.
#[must_use]
pub fn session_view<R: Ran>(
    conversation: &Conversation,
    session: &Session,
    contact: Option<&Contact>,
) -> SessionView<R> {
    let status = session.status;
    let shown = Shown::standing(session, phone_of(&conversation.address), status);
    shown.view(SessionEntry::of(conversation, session), contact)
}

/// What a notice tells of a session that its conversation has forgotten, as the list shows it. `None`: it is of none.
#[must_use]
pub fn forgotten_session<R: Ran>(
    conversation: &Conversation,
    notice: &Notice,
    contact: Option<&Contact>,
) -> Option<SessionView<R>> {
    let (Some(id), Some(session)) = (notice.about, &notice.session) else { return None };
    let shown = Shown {
        phone: phone_of(&conversation.address),
        status: SessionStatus::Running,
        node: None,
        context: Map::new(),
        last_interaction_at: notice.at,
        expires_at: notice.at,
        completed_at: (notice.event == NoticeEvent::FlowCompleted).then_some(notice.at),
        created_at: session.started_at,
    };
    let entry = SessionEntry {
        id,
        conversation: conversation.id,
        contact: conversation.contact_id,
        flow: session.flow,
        name: Cow::Borrowed(&session.name),
        source: Cow::Borrowed(""),
        created_at: session.started_at,
    };
    Some(shown.view(entry, contact))
}

/// The address of a conversation, where it is a phone.
fn phone_of(address: &str) -> Option<String> {
    address.starts_with('+').then(|| address.to_owned())
}

/// The sessions of a conversation, without its log, which is most of its document.
#[derive(Debug, Deserialize)]
struct Sessions {
    team: String,
    address: String,
    #[serde(default)]
    paused: bool,
    #[serde(default, deserialize_with = "conversation::read_sessions")]
    sessions: Vec<Session>,
    #[serde(default)]
    past: Vec<PastSession>,
}

impl Part for Sessions {
    fn team(&self) -> &str {
        &self.team
    }
}

/// What a conversation tells of a session.
struct Shown {
    phone: Option<String>,
    status: SessionStatus,
    node: Option<String>,
    context: Map<String, Value>,
    last_interaction_at: Timestamp,
    expires_at: Timestamp,
    completed_at: Option<Timestamp>,
    created_at: Timestamp,
}

impl Shown {
    /// The session of an entry, by its kind and number, if the conversation has or had it.
    fn of(
        conversation: &Sessions,
        (kind, n): (Kind, u64),
        entry: &SessionEntry<'_>,
        now: Timestamp,
    ) -> Option<Self> {
        let is_it = |session: &&Session| (session.kind, session.listed) == (kind, Some(n));
        let session = conversation.sessions.iter().find(is_it);
        let phone = phone_of(&conversation.address);
        match session {
            Some(session) => {
                let is_over = is_over(conversation, session, now);
                let status = if is_over { SessionStatus::Expired } else { session.status };
                Some(Self::standing(session, phone, status))
            }
            None => {
                let past =
                    conversation.past.iter().find(|past| (past.kind, past.listed) == (kind, n))?;
                Some(Self::of_past(past, phone, entry.created_at))
            }
        }
    }

    /// A session that its conversation has.
    fn standing(session: &Session, phone: Option<String>, status: SessionStatus) -> Self {
        // While a called workflow runs, the flow itself stands at its `call` node.
        let state = &session.state;
        let (node, vars) = match state.callers.first() {
            Some(caller) => (Some(&caller.node), &caller.vars),
            None => (state.node.as_ref(), &state.vars),
        };
        let mut context = Map::clone(&session.context);
        context.extend(vars.clone());
        Self {
            phone,
            status,
            node: node.cloned(),
            context,
            last_interaction_at: session.last_interaction_at,
            expires_at: session.expires_at,
            completed_at: session.completed_at,
            created_at: session.created_at,
        }
    }

    fn of_past(past: &PastSession, phone: Option<String>, created_at: Timestamp) -> Self {
        Self {
            phone,
            status: past.status,
            node: None,
            context: Map::new(),
            last_interaction_at: past.last_interaction_at,
            expires_at: past.expires_at,
            completed_at: past.completed_at,
            created_at,
        }
    }

    fn view<R: Ran>(
        mut self,
        entry: SessionEntry<'_>,
        contact: Option<&Contact>,
    ) -> SessionView<R> {
        let source = Value::from(entry.source.into_owned());
        self.context.entry("trigger_source").or_insert(source);
        SessionView {
            id: entry.id,
            of: R::new(entry.flow, entry.name.into_owned()),
            contact_id: entry.contact,
            contact_phone: contact.and_then(|contact| contact.phone.clone()).or(self.phone),
            contact_name: contact.and_then(|contact| contact.name.clone()),
            contact_email: contact.and_then(|contact| contact.email.clone()),
            status: self.status,
            current_node_id: self.node,
            context: self.context,
            last_interaction_at: self.last_interaction_at.to_rfc3339(),
            expires_at: self.expires_at.to_rfc3339(),
            completed_at: self.completed_at.map(Timestamp::to_rfc3339),
            created_at: self.created_at.to_rfc3339(),
        }
    }
}

/// Whether the time of a running session is over, though nothing has touched its conversation since. One whose timer goes
/// off first goes on then, and one that stands still has its time before it.
fn is_over(conversation: &Sessions, session: &Session, now: Timestamp) -> bool {
    let acts = acting(&conversation.sessions).any(|acting| acting.id == session.id);
    acts && !conversation.paused && session.is_over(now)
}
