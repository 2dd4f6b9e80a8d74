//! A team: whoever an API key belongs to, with its channels.

use serde::{Deserialize, Serialize};

use crate::Kind;

/// The document `team:<id>`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    /// In the order they were added: the first live WhatsApp channel sends what names no account.
    #[serde(default)]
    pub channels: Vec<TeamChannel>,
}

/// A channel of a team. Written before the account's own document, which has the last word on whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamChannel {
    /// The kind of channel.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// The account on it.
    pub account: String,
}

impl Team {
    /// Adds a channel, unless it is there. Whether it was added.
    pub fn add_channel(&mut self, kind: Kind, account: &str) -> bool {
        let new = !self.channels.iter().any(|c| c.kind == kind && c.account == account);
        if new {
            self.channels.push(TeamChannel { kind, account: account.to_owned() });
        }
        new
    }

    /// The accounts of one kind, in the order they were added.
    pub fn accounts(&self, kind: Kind) -> impl Iterator<Item = &str> {
        self.channels.iter().filter(move |c| c.kind == kind).map(|c| c.account.as_str())
    }
}

/// Whether a text can name a team: 1 to 64 letters, digits, `-`, `_` or `.`; `public` is taken by the index of
/// public workflows.
#[must_use]
pub fn team_name_is_valid(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
        && name != "public"
}
