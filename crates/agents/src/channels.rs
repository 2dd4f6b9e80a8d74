//! The channel accounts that an agent answers, as the console shows them. Their credentials are not read.

use serde::Serialize;
use store::{Kv, Store, StoreError, keys};
use teams::{Account, Kind, Team};

use crate::Agent;

/// A channel of an agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AgentChannel {
    /// `<type>:<account>`.
    pub id: String,
    /// The kind of channel.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// The account.
    pub name: String,
    /// `connected`, or `stopped` when the provider refused the credentials.
    pub status: &'static str,
    /// Whether messages come and go.
    pub is_connected: bool,
}

/// The channels of an agent, in the order in which the team added them.
///
/// # Errors
/// When the store fails.
pub async fn channels<K: Kv>(
    store: &Store<K>,
    agent: &Agent,
) -> Result<Vec<AgentChannel>, StoreError> {
    let team: Option<Team> = store.read_json(&keys::team(&agent.team)).await?;
    let listed = team.unwrap_or_default().channels;
    let keys: Vec<String> = (listed.iter())
        .map(|listed| keys::channel(listed.kind.as_str(), &listed.account))
        .collect();
    let accounts = store.read_json_all(&keys, |_, account: Account| account).await?;
    // The list is written before an account, whose own document says whose it is and who answers.
    let answered = accounts
        .into_iter()
        .flatten()
        .filter(|account| account.team == agent.team && account.agent_id == Some(agent.id));
    Ok(answered.map(AgentChannel::of).collect())
}

impl AgentChannel {
    fn of(account: Account) -> Self {
        let is_connected = account.stopped.is_none();
        Self {
            id: format!("{}:{}", account.kind.as_str(), account.account),
            kind: account.kind,
            name: account.account,
            status: if is_connected { "connected" } else { "stopped" },
            is_connected,
        }
    }
}
