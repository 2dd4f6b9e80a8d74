//! Which agents use a workflow, and the deletion of one that none uses.
//!
//! An agent and its workflow are two documents. So that a deletion and an agent that comes cannot pass each other, the
//! agent is noted in the workflow before its own document is written, and once more after. A deletion that looked at
//! the agents before that document was there either is written before the second note, which then finds the workflow
//! deleted, or is refused because of it, and looks again.

use conversation::KeyUse;
use flow::Timestamp;
use store::{Change, Kv, Store, StoreError, keys, to_json};
use uuid::Uuid;

use crate::stored::{Changing, changing};
use crate::{User, Workflow, WriteError};

/// Notes that an agent uses a workflow of its team. Written also when it is noted already: what others decided
/// meanwhile, over the older head, is decided again.
///
/// # Errors
/// [`WriteError::NotFound`] when the team has no such workflow, or not any more, and [`WriteError::Store`].
pub async fn note_agent<K: Kv>(
    store: &Store<K>,
    id: Uuid,
    team: &str,
    agent: Uuid,
) -> Result<Workflow, WriteError> {
    let key = keys::workflow(&id.to_string());
    store
        .update(&key, async |current| {
            let workflow = living(&key, current.as_deref())?;
            let mine = workflow.filter(|workflow| workflow.team == team);
            let mut workflow = mine.ok_or(WriteError::NotFound)?;
            if !workflow.agents.contains(&agent) {
                workflow.agents.push(agent);
            }
            workflow.agents_revision += 1;
            Ok(Change::Write(to_json(&key, &workflow)?, workflow))
        })
        .await
}

/// Forgets an agent that left a workflow, unless by then it uses it again, which `uses` reads from the agent.
///
/// # Errors
/// When the store fails.
pub async fn forget_agent<K: Kv>(
    store: &Store<K>,
    id: Uuid,
    agent: Uuid,
    mut uses: impl AsyncFnMut() -> Result<bool, StoreError>,
) -> Result<(), StoreError> {
    let key = keys::workflow(&id.to_string());
    store
        .update(&key, async |current| {
            let Some(mut workflow) = living(&key, current.as_deref())? else {
                return Ok(Change::Keep(()));
            };
            if !workflow.agents.contains(&agent) || uses().await? {
                return Ok(Change::Keep(()));
            }
            workflow.agents.retain(|noted| *noted != agent);
            workflow.agents_revision += 1;
            Ok::<_, StoreError>(Change::Write(to_json(&key, &workflow)?, ()))
        })
        .await
}

/// Deletes a workflow of a team, unless agents use it: `users` reads which of those noted do.
///
/// # Errors
/// [`WriteError::InUse`], and the others of a change.
pub async fn delete<K: Kv>(
    store: &Store<K>,
    id: Uuid,
    team: &str,
    used: &KeyUse,
    now: Timestamp,
    mut users: impl AsyncFnMut(&Workflow) -> Result<Vec<User>, StoreError>,
) -> Result<Workflow, WriteError> {
    let key = keys::workflow(&id.to_string());
    store
        .update(&key, async |current| {
            let Changing::Head(mut workflow) =
                changing(&key, current.as_deref(), Some(team), used)?
            else {
                let deleted = current.ok_or(WriteError::NotFound)?;
                return Ok(Change::Keep(store::from_json(&key, &deleted)?));
            };
            let users = users(&workflow).await?;
            if !users.is_empty() {
                return Err(WriteError::InUse(users));
            }
            workflow.delete(now);
            workflow.keys.remember(used);
            Ok(Change::Write(to_json(&key, &workflow)?, *workflow))
        })
        .await
}

fn living(key: &str, current: Option<&[u8]>) -> Result<Option<Workflow>, StoreError> {
    let workflow: Option<Workflow> = current.map(|json| store::from_json(key, json)).transpose()?;
    Ok(workflow.filter(|workflow| !workflow.deleted))
}
