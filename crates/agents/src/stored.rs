//! Agents in the store.

use store::{Kv, Store, StoreError, keys};
use uuid::Uuid;

use crate::{Agent, Knowledge};

/// The agent of an id, if it is there and not deleted. Whose it is, the caller has to look at.
///
/// # Errors
/// When the store fails.
pub async fn load<K: Kv>(store: &Store<K>, id: Uuid) -> Result<Option<Agent>, StoreError> {
    let agent: Option<Agent> = store.read_json(&keys::agent(&id.to_string())).await?;
    Ok(agent.filter(|agent| !agent.deleted))
}

/// What an agent knows.
///
/// # Errors
/// When the store fails.
pub async fn knowledge<K: Kv>(store: &Store<K>, agent: Uuid) -> Result<Knowledge, StoreError> {
    let knowledge = store.read_json(&keys::knowledge(&agent.to_string())).await?;
    Ok(knowledge.unwrap_or_default())
}
