//! Agents in the store. What announces an agent is written before it.

use conversation::KeyUse;
use flow::Timestamp;
use store::{Change, Kv, Store, StoreError, keys, to_json};
use uuid::Uuid;
use workflows::Workflow;

use crate::{Agent, Profile, WriteError, index, workflow};

/// The agent of an id, if it is there and not deleted. Whose it is, the caller has to look at.
///
/// # Errors
/// When the store fails.
pub async fn load<K: Kv>(store: &Store<K>, id: Uuid) -> Result<Option<Agent>, StoreError> {
    let agent: Option<Agent> = store.read_json(&keys::agent(&id.to_string())).await?;
    Ok(agent.filter(|agent| !agent.deleted))
}

/// The agents of these ids, in their order, but for those that are not there, or deleted.
///
/// # Errors
/// When the store fails.
pub(crate) async fn load_all<K: Kv>(
    store: &Store<K>,
    ids: impl Iterator<Item = Uuid>,
) -> Result<Vec<Agent>, StoreError> {
    let keys: Vec<String> = ids.map(|id| keys::agent(&id.to_string())).collect();
    let agents = store.read_json_all(&keys, |_, agent: Agent| agent).await?;
    Ok(agents.into_iter().flatten().filter(|agent| !agent.deleted).collect())
}

/// What is to be created.
#[derive(Debug, Clone)]
pub struct NewAgent {
    /// Derived from the `Idempotency-Key`, else drawn.
    pub id: Uuid,
    /// Whose it will be.
    pub team: String,
    /// What the team writes.
    pub profile: Profile,
    /// The workflow that is to answer: the team's own, or a public one, of which the team gets a copy.
    pub source: Uuid,
}

/// Creates an agent; the same `Idempotency-Key` and body give the one that is there. With it, its workflow.
///
/// # Errors
/// [`WriteError`].
pub async fn create<K: Kv>(
    store: &Store<K>,
    new: &NewAgent,
    used: &KeyUse,
    now: Timestamp,
) -> Result<(Agent, Workflow), WriteError> {
    let key = keys::agent(&new.id.to_string());
    let there: Option<Agent> = store.read_json(&key).await?;
    if let Some(there) = there {
        return confirmed(store, made_before(there, used)?, now).await;
    }
    let source = workflow::readable(store, new.source, &new.team).await?;
    let created_at = index::add(store, &new.team, new.id, &new.profile, now).await?;
    let workflow = match workflow::taken(store, &source, &new.team, new.id, used, now).await {
        Ok(workflow) => workflow,
        Err(error) => {
            index::remove(store, &new.team, new.id, created_at).await?;
            return Err(error);
        }
    };
    let agent = store
        .update(&key, async |current| {
            if let Some(json) = &current {
                let there = store::from_json(&key, json)?;
                return Ok(Change::Keep(made_before(there, used)?));
            }
            let mut agent =
                Agent::new(new.id, &new.team, new.profile.clone(), workflow.id, created_at);
            agent.keys.remember(used);
            Ok::<_, WriteError>(Change::Write(to_json(&key, &agent)?, agent))
        })
        .await?;
    confirmed(store, agent, now).await
}

fn made_before(there: Agent, used: &KeyUse) -> Result<Agent, WriteError> {
    there.keys.has(used)?;
    if there.deleted { Err(WriteError::NotFound) } else { Ok(there) }
}

/// A new agent, once its workflow knows of it. If that was deleted meanwhile, so is the agent.
async fn confirmed<K: Kv>(
    store: &Store<K>,
    agent: Agent,
    now: Timestamp,
) -> Result<(Agent, Workflow), WriteError> {
    match workflow::note(store, agent.workflow_id, &agent.team, agent.id).await {
        Err(WriteError::WorkflowNotFound) => {
            let withdrawn = workflow::drawn(agent.id, "withdrawn");
            change(store, agent.id, &agent.team, &withdrawn, |agent| {
                agent.deleted = true;
                agent.touch(now);
                true
            })
            .await?;
            index::remove(store, &agent.team, agent.id, agent.created_at).await?;
            Err(WriteError::WorkflowNotFound)
        }
        noted => Ok((agent, noted?)),
    }
}

/// Changes an agent of a team. `act` says whether it changed anything. `used` is the `Idempotency-Key`, or an id drawn
/// for this request: by it a change knows that it was made.
///
/// # Errors
/// [`WriteError`]; nothing is changed then.
pub async fn change<K: Kv>(
    store: &Store<K>,
    id: Uuid,
    team: &str,
    used: &KeyUse,
    mut act: impl FnMut(&mut Agent) -> bool,
) -> Result<Agent, WriteError> {
    let key = keys::agent(&id.to_string());
    let changed = store
        .update(&key, async |current| {
            let there: Option<Agent> =
                current.as_deref().map(|json| store::from_json(&key, json)).transpose()?;
            let mut agent = there.filter(|a| a.team == team).ok_or(WriteError::NotFound)?;
            // Before any other check: a change that is applied again must know its own effect.
            if agent.keys.has(used)? {
                return Ok(Change::Keep(agent));
            }
            if agent.deleted {
                return Err(WriteError::NotFound);
            }
            if !act(&mut agent) {
                return Ok(Change::Keep(agent));
            }
            agent.keys.remember(used);
            Ok(Change::Write(to_json(&key, &agent)?, agent))
        })
        .await?;
    if !changed.deleted {
        index::amend(store, &changed).await?;
    }
    Ok(changed)
}

/// Changes what a team writes of an agent, and its workflow where `source` is another one: the team's own, or a public
/// one, of which the team gets a copy.
///
/// # Errors
/// [`WriteError`].
pub async fn update<K: Kv>(
    store: &Store<K>,
    before: &Agent,
    source: Option<Uuid>,
    used: &KeyUse,
    now: Timestamp,
    mut apply: impl FnMut(&mut Profile),
) -> Result<Agent, WriteError> {
    let (id, team) = (before.id, before.team.as_str());
    let repeated = before.keys.has(used)?;
    let wanted = match source.filter(|source| *source != before.workflow_id && !repeated) {
        None => None,
        Some(source) => {
            let source = workflow::readable(store, source, team).await?;
            Some(workflow::taken(store, &source, team, id, used, now).await?.id)
        }
    };
    let mut replaced = None;
    let after = change(store, id, team, used, |agent| {
        let there = agent.clone();
        apply(&mut agent.profile);
        agent.workflow_id = wanted.unwrap_or(agent.workflow_id);
        let changed = *agent != there;
        if changed {
            agent.touch(now);
        }
        replaced = Some(there);
        changed
    })
    .await?;
    if let (Some(wanted), Some(replaced)) = (wanted, replaced) {
        workflow::moved(store, &replaced, &after, wanted, used).await?;
    } else if repeated {
        // The first request may have ended before it was noted.
        workflow::note(store, after.workflow_id, team, id).await?;
    }
    Ok(after)
}

/// Deletes an agent of a team. Its conversations stay.
///
/// # Errors
/// [`WriteError`].
pub async fn delete<K: Kv>(
    store: &Store<K>,
    id: Uuid,
    team: &str,
    used: &KeyUse,
    now: Timestamp,
) -> Result<(), WriteError> {
    let deleted = change(store, id, team, used, |agent| {
        agent.deleted = true;
        agent.touch(now);
        true
    })
    .await?;
    index::remove(store, team, id, deleted.created_at).await?;
    workflow::forget(store, deleted.workflow_id, id).await
}
