//! The workflow of an agent: finding or copying it, and keeping its list of agents.
//!
//! In what order an agent and its workflow are written is said in `workflows`, where a deletion depends on it.

use conversation::{EventId, KeyUse, identity};
use flow::Timestamp;
use store::{Kv, Store, StoreError};
use uuid::Uuid;
use workflows::{Act, NotPublishable, User, Workflow};

use crate::stored::{change, load_all};
use crate::{Agent, WriteError, load};

/// Agents that a refused deletion names: enough to see whose they are.
const NAMED: usize = 20;

/// Those of the agents noted in a workflow that use it, the first 20.
///
/// # Errors
/// When the store fails.
pub async fn users<K: Kv>(store: &Store<K>, workflow: &Workflow) -> Result<Vec<User>, StoreError> {
    let mut users = Vec::new();
    let mut noted = workflow.agents.as_slice();
    while !noted.is_empty() && users.len() < NAMED {
        // No more than may be named: as few are read as one by one.
        let (some, rest) = noted.split_at(noted.len().min(NAMED - users.len()));
        noted = rest;
        let agents = load_all(store, some.iter().copied()).await?;
        let using = agents.into_iter().filter(|agent| agent.uses(workflow.id));
        users.extend(using.map(|agent| User { id: agent.id, name: agent.profile.name }));
    }
    Ok(users)
}

/// A workflow that a team may read.
pub(crate) async fn readable<K: Kv>(
    store: &Store<K>,
    id: Uuid,
    team: &str,
) -> Result<Workflow, WriteError> {
    let workflow = workflows::load(store, id).await?;
    workflow.filter(|w| w.is_readable_by(team)).ok_or(WriteError::WorkflowNotFound)
}

/// The workflow that an agent is to have of this source, with the agent noted in it.
pub(crate) async fn taken<K: Kv>(
    store: &Store<K>,
    source: &Workflow,
    team: &str,
    agent: Uuid,
    used: &KeyUse,
    now: Timestamp,
) -> Result<Workflow, WriteError> {
    let own = own(store, source, team, used, now).await?;
    note(store, own.id, team, agent).await
}

/// The workflow itself if it is the team's, else a copy of it, which the same request finds again. A copy of what can
/// be triggered can be triggered.
async fn own<K: Kv>(
    store: &Store<K>,
    source: &Workflow,
    team: &str,
    used: &KeyUse,
    now: Timestamp,
) -> Result<Workflow, WriteError> {
    if source.team == team {
        return Ok(source.clone());
    }
    let id = identity::derive("agent workflow", &[&format!("{:?}", used.key)]);
    let copy = workflows::create(store, id, team, &source.draft, used, now).await?;
    if source.release().is_none() || copy.release().is_some() {
        return Ok(copy);
    }
    let publishing = drawn(id, "published");
    match workflows::change(store, id, team, &publishing, now, |_| Ok(Act::Publish)).await {
        // A draft that went on after its release: the team has to look at it.
        Err(workflows::WriteError::NotPublishable(NotPublishable(_))) => Ok(copy),
        published => Ok(published?),
    }
}

/// Notes in a workflow that an agent uses it.
pub(crate) async fn note<K: Kv>(
    store: &Store<K>,
    workflow: Uuid,
    team: &str,
    agent: Uuid,
) -> Result<Workflow, WriteError> {
    workflows::note_agent(store, workflow, team, agent).await.map_err(|error| match error {
        workflows::WriteError::NotFound => WriteError::WorkflowNotFound,
        error => error.into(),
    })
}

/// Forgets an agent in a workflow that it left.
pub(crate) async fn forget<K: Kv>(
    store: &Store<K>,
    workflow: Uuid,
    agent: Uuid,
) -> Result<(), WriteError> {
    let uses = async || Ok(load(store, agent).await?.is_some_and(|agent| agent.uses(workflow)));
    Ok(workflows::forget_agent(store, workflow, agent, uses).await?)
}

/// An agent went over to `wanted`. If that was deleted meanwhile, the agent goes back.
pub(crate) async fn moved<K: Kv>(
    store: &Store<K>,
    before: &Agent,
    after: &Agent,
    wanted: Uuid,
    used: &KeyUse,
) -> Result<(), WriteError> {
    let (id, team) = (after.id, after.team.as_str());
    let Err(error) = note(store, wanted, team, id).await else {
        if before.workflow_id != wanted {
            forget(store, before.workflow_id, id).await?;
        }
        return Ok(());
    };
    if matches!(error, WriteError::WorkflowNotFound) {
        // The change was not made: its key is not remembered either.
        let back = drawn(id, &format!("back {:?}", used.key));
        change(store, id, team, &back, |agent| {
            agent.keys.forget(used);
            if agent.updated_at == after.updated_at {
                agent.profile = before.profile.clone();
            }
            if agent.uses(wanted) {
                agent.workflow_id = before.workflow_id;
            }
            agent.touch(after.updated_at);
            true
        })
        .await?;
        // The old workflow may have been deleted too, while nothing used it. The agent is then without one.
        match note(store, before.workflow_id, team, id).await {
            Ok(_) | Err(WriteError::WorkflowNotFound) => {}
            Err(other) => return Err(other),
        }
    }
    Err(error)
}

/// The id of a change that follows from another.
pub(crate) fn drawn(id: Uuid, what: &str) -> KeyUse {
    let key = EventId::of(what, &id.to_string());
    KeyUse { key, body: key }
}
