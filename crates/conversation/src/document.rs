//! The conversation document: the unit of consistency. A turn is one conditional write of it.

use std::collections::VecDeque;

use flow::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Call, Case, ContactChange, Entry, KeyUses, Messages, Notice, PastSession, PhoneCall, Seen,
    Session, Waiting, identity,
};

/// Where a conversation takes place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Channel {
    /// WhatsApp's Cloud API.
    Whatsapp,
    /// A Twilio-compatible voice provider.
    Telephony,
    /// Our own chat widget.
    Webchat,
}

impl Channel {
    /// The name used in keys, ids and JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Whatsapp => "whatsapp",
            Self::Telephony => "telephony",
            Self::Webchat => "webchat",
        }
    }

    /// The channel of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Whatsapp, Self::Telephony, Self::Webchat]
            .into_iter()
            .find(|channel| channel.as_str() == name)
    }
}

/// Everything that one turn reads and writes: the document `conversation:<id>`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Conversation {
    /// Derived from the team, the channel, the account and the address.
    pub id: Uuid,
    /// Whose conversation it is.
    pub team: String,
    /// Where it takes place.
    pub channel: Channel,
    /// The team's account on the channel; `test:<agent id>` for a test conversation.
    pub account: String,
    /// The contact's address on the channel: E.164, or another id of the channel.
    pub address: String,
    /// Whom it is with.
    pub contact_id: Uuid,
    /// The agent that answers in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<Uuid>,
    /// Where the list of that agent's conversations names this one: other entries of it are of no account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listed: Option<u64>,
    /// What the contact is called on the channel, as whoever first named it said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Whether its messages stay in its log and are never sent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub test: bool,
    /// When it began.
    pub created_at: Timestamp,
    /// When it last changed. Never goes back, whatever the hosts' clocks say.
    pub updated_at: Timestamp,
    /// Counts messages; their order, whatever the clocks say.
    pub sequence: u64,
    /// When the contact last wrote: opens WhatsApp's 24-hour window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_inbound_at: Option<Timestamp>,
    /// The minute for which a due slot announces this document to the sweep.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check_at: Option<Timestamp>,
    /// Whether a person should look at it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub needs_attention: bool,
    /// Whether automation rests: messages are kept, no workflow runs.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub paused: bool,
    /// What the team's people keep of it.
    #[serde(default, skip_serializing_if = "Case::is_new")]
    pub case: Case,
    /// Running and recently ended sessions, oldest first.
    #[serde(
        default,
        deserialize_with = "crate::session::read_sessions",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub sessions: Vec<Session>,
    /// How those sessions ended that are not there any more, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub past: Vec<PastSession>,
    /// Messages that are not settled with the channel yet, in the order of sending.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outbox: Vec<Entry>,
    /// Calls that sessions wait for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<Call>,
    /// The newest phone calls, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub phone_calls: Vec<PhoneCall>,
    /// Messages of the contact that wait until a call is answered, oldest first.
    #[serde(default, skip_serializing_if = "VecDeque::is_empty")]
    pub queue: VecDeque<Waiting>,
    /// What webhooks of the team are to be told, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<Notice>,
    /// How many notices were given up: too many waited, or nobody took one for a day.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub notices_dropped: u64,
    /// Changes of the contact that may not have reached it yet, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<ContactChange>,
    /// The number of the last change.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub change_number: u64,
    /// The newest messages, oldest first.
    #[serde(default, skip_serializing_if = "Messages::is_empty")]
    pub log: Messages,
    /// How many pages of older messages were written: `conversation:<id>/log/1` and on.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub log_pages: u64,
    /// The number of the last message that is in a page. Those before it that the outbox still refers to are here as
    /// well, and only what is here of them is true.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub spilled: u64,
    /// Where such messages went when they were settled: the newest, by their number and the page's.
    #[serde(default, skip_serializing_if = "VecDeque::is_empty")]
    pub strays: VecDeque<(u64, u64)>,
    /// The events applied.
    #[serde(default, skip_serializing_if = "Seen::is_empty")]
    pub seen: Seen,
    /// The newest uses of an `Idempotency-Key`.
    #[serde(default, skip_serializing_if = "KeyUses::is_empty")]
    pub keys: KeyUses,
}

fn is_zero(n: &u64) -> bool {
    *n == 0
}

impl Conversation {
    /// A conversation that has not begun. Its id and its contact's follow from the arguments.
    #[must_use]
    pub fn new(
        team: &str,
        channel: Channel,
        account: &str,
        address: &str,
        contact_id: Uuid,
        now: Timestamp,
    ) -> Self {
        Self {
            id: identity::conversation(team, channel, account, address),
            team: team.to_owned(),
            channel,
            account: account.to_owned(),
            address: address.to_owned(),
            contact_id,
            agent: None,
            listed: None,
            username: None,
            test: account.starts_with("test:"),
            created_at: now,
            updated_at: now,
            sequence: 0,
            last_inbound_at: None,
            check_at: None,
            needs_attention: false,
            paused: false,
            case: Case::default(),
            sessions: Vec::new(),
            past: Vec::new(),
            outbox: Vec::new(),
            calls: Vec::new(),
            phone_calls: Vec::new(),
            queue: VecDeque::new(),
            notices: Vec::new(),
            notices_dropped: 0,
            changes: Vec::new(),
            change_number: 0,
            log: Messages::default(),
            log_pages: 0,
            spilled: 0,
            strays: VecDeque::new(),
            seen: Seen::default(),
            keys: KeyUses::default(),
        }
    }

    /// The time of a turn: the host's clock, but always after what the document already holds.
    #[must_use]
    pub fn now(&self, clock: Timestamp) -> Timestamp {
        clock.max(Timestamp(self.updated_at.0.saturating_add(1)))
    }

    /// The running session of a workflow's graph.
    #[must_use]
    pub fn running(&self, workflow: Uuid) -> Option<&Session> {
        self.sessions.iter().find(|s| s.is_running() && s.workflow == workflow && !s.answers)
    }

    /// The published contents that a turn may need: those of the running sessions, and of what messages wait for.
    pub fn pinned(&self) -> impl Iterator<Item = (Uuid, &str)> {
        let running = self.sessions.iter().filter(|s| s.is_running());
        let called = running.clone().flat_map(|s| s.state.pins());
        let called =
            called.filter_map(|pin| Some((pin.workflow.parse().ok()?, pin.content.as_str())));
        let routes = self.queue.iter().filter_map(|waiting| waiting.route.as_ref());
        let routes = routes.map(|route| (route.workflow, route.content.as_str()));
        running.map(|s| (s.workflow, s.content.as_str())).chain(called).chain(routes)
    }
}
