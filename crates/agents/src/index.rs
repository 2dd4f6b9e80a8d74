//! The list of a team's agents. An entry without an agent is harmless: it is passed over.

use flow::Timestamp;
use serde::{Deserialize, Serialize};
use store::{Change, Kv, Store, StoreError, keys, to_json};
use uuid::Uuid;

use crate::{Agent, WriteError, load};

/// Agents that a team may have.
pub const MAX_AGENTS: usize = 1_000;

/// The document `agents:<team>`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct AgentList {
    /// Oldest first.
    agents: Vec<Listed>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Listed {
    id: Uuid,
    created_at: Timestamp,
}

/// The agents of a team, oldest first.
///
/// # Errors
/// When the store fails.
pub async fn list<K: Kv>(store: &Store<K>, team: &str) -> Result<Vec<Agent>, StoreError> {
    let list: Option<AgentList> = store.read_json(&keys::agents(team)).await?;
    let mut agents = Vec::new();
    for listed in list.unwrap_or_default().agents {
        agents.extend(load(store, listed.id).await?.filter(|agent| agent.team == team));
    }
    Ok(agents)
}

pub(crate) async fn add<K: Kv>(
    store: &Store<K>,
    team: &str,
    id: Uuid,
    now: Timestamp,
) -> Result<(), WriteError> {
    let key = keys::agents(team);
    store
        .update(&key, async |current| {
            let mut list = read(&key, current.as_deref())?;
            if list.agents.iter().any(|listed| listed.id == id) {
                return Ok(Change::Keep(()));
            }
            if list.agents.len() >= MAX_AGENTS {
                return Err(WriteError::TooMany(MAX_AGENTS));
            }
            list.agents.push(Listed { id, created_at: now });
            Ok(Change::Write(to_json(&key, &list)?, ()))
        })
        .await
}

pub(crate) async fn remove<K: Kv>(
    store: &Store<K>,
    team: &str,
    id: Uuid,
) -> Result<(), StoreError> {
    let key = keys::agents(team);
    store
        .update(&key, async |current| {
            let mut list = read(&key, current.as_deref())?;
            let before = list.agents.len();
            list.agents.retain(|listed| listed.id != id);
            if list.agents.len() == before {
                return Ok(Change::Keep(()));
            }
            Ok::<_, StoreError>(Change::Write(to_json(&key, &list)?, ()))
        })
        .await
}

fn read(key: &str, json: Option<&[u8]>) -> Result<AgentList, StoreError> {
    json.map_or_else(|| Ok(AgentList::default()), |json| store::from_json(key, json))
}
