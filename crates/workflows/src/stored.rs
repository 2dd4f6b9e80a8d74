//! Workflows in the store. What announces a workflow is written before it, what it refers to as well.

use conversation::KeyUse;
use flow::Timestamp;
use store::{Change, Kv, Store, StoreError, keys, to_json};
use uuid::Uuid;

use crate::{
    Definition, Listed, MAX_DEFINITION_BYTES, NotPublishable, User, Visibility, Workflow,
    WorkflowList,
};

/// Workflows that a team may have: the list is one document.
const MAX_WORKFLOWS: usize = 2_000;

/// Why a workflow was not written.
#[derive(Debug)]
pub enum WriteError {
    /// The team has none of this id.
    NotFound,
    /// The draft was changed since: this is its revision.
    Stale(u64),
    /// The `Idempotency-Key` came with another body before.
    KeyReused,
    /// It would go live, and has errors.
    NotPublishable(NotPublishable),
    /// As JSON it takes this many bytes, more than [`MAX_DEFINITION_BYTES`].
    TooLarge(usize),
    /// The team has as many workflows as it may have.
    TooMany(usize),
    /// These agents use it.
    InUse(Vec<User>),
    /// The store failed.
    Store(StoreError),
}

impl From<StoreError> for WriteError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// The workflow of an id, if it is there and not deleted.
///
/// # Errors
/// When the store fails.
pub async fn load<K: Kv>(store: &Store<K>, id: Uuid) -> Result<Option<Workflow>, StoreError> {
    let workflow: Option<Workflow> = store.read_json(&keys::workflow(&id.to_string())).await?;
    Ok(workflow.filter(|workflow| !workflow.deleted))
}

/// The workflows of a list, `workflows:<team>` or `workflows:public`; oldest first.
///
/// # Errors
/// When the store fails.
pub async fn list<K: Kv>(store: &Store<K>, key: &str) -> Result<Vec<Listed>, StoreError> {
    let list: Option<WorkflowList> = store.read_json(key).await?;
    Ok(list.unwrap_or_default().workflows)
}

/// Creates a workflow; the same `Idempotency-Key` and body give the one that is there. `used` is the key, or an id
/// drawn for this request.
///
/// # Errors
/// [`WriteError`].
pub async fn create<K: Kv>(
    store: &Store<K>,
    id: Uuid,
    team: &str,
    draft: &Definition,
    used: &KeyUse,
    now: Timestamp,
) -> Result<Workflow, WriteError> {
    check_size(draft)?;
    enlist(store, team, id, now).await?;
    let key = keys::workflow(&id.to_string());
    store
        .update(&key, async |current| {
            if let Some(json) = &current {
                let there: Workflow = store::from_json(&key, json)?;
                return match there.key_used(used) {
                    Some(earlier) if earlier.body != used.body => Err(WriteError::KeyReused),
                    _ => Ok(Change::Keep(there)),
                };
            }
            let mut workflow = Workflow::new(id, team, draft.clone(), now);
            workflow.remember_key(used.clone());
            if draft.publishes_itself() {
                publish(store, &mut workflow, now).await?;
            }
            Ok(Change::Write(to_json(&key, &workflow)?, workflow))
        })
        .await
}

/// Changes a workflow of a team. `act` changes it, or returns `false` if there is nothing to change; a workflow
/// whose draft it changed is published if it publishes itself. `used` is the `Idempotency-Key`, or an id drawn for
/// this request: by it a change knows that it was made.
///
/// # Errors
/// [`WriteError`], that of `act` included; nothing is changed then.
pub async fn change<K: Kv>(
    store: &Store<K>,
    id: Uuid,
    team: &str,
    used: &KeyUse,
    now: Timestamp,
    mut act: impl FnMut(&mut Workflow) -> Result<Act, WriteError>,
) -> Result<Workflow, WriteError> {
    let key = keys::workflow(&id.to_string());
    store
        .update(&key, async |current| {
            let Changing::Head(mut workflow) =
                changing(&key, current.as_deref(), Some(team), used)?
            else {
                return kept(&key, current.as_deref());
            };
            match act(&mut workflow)? {
                Act::Nothing => return Ok(Change::Keep(*workflow)),
                Act::Changed => check_size(&workflow.draft)?,
                Act::Publish => {
                    check_size(&workflow.draft)?;
                    publish(store, &mut workflow, now).await?;
                }
            }
            workflow.remember_key(used.clone());
            Ok(Change::Write(to_json(&key, &workflow)?, *workflow))
        })
        .await
}

/// Changes the head of a workflow, and nothing that would have to be published: of a team, or of any. `act` says
/// whether it changed anything.
///
/// # Errors
/// [`WriteError`]; nothing is changed then.
pub async fn change_head<K: Kv>(
    store: &Store<K>,
    id: Uuid,
    team: Option<&str>,
    used: &KeyUse,
    mut act: impl FnMut(&mut Workflow) -> bool,
) -> Result<Workflow, WriteError> {
    let key = keys::workflow(&id.to_string());
    store
        .update(&key, async |current| {
            let Changing::Head(mut workflow) = changing(&key, current.as_deref(), team, used)?
            else {
                return kept(&key, current.as_deref());
            };
            if !act(&mut workflow) {
                return Ok(Change::Keep(*workflow));
            }
            workflow.remember_key(used.clone());
            Ok(Change::Write(to_json(&key, &workflow)?, *workflow))
        })
        .await
}

/// A head that is to be changed.
pub(crate) enum Changing {
    Head(Box<Workflow>),
    /// This very change was made before.
    Done,
}

pub(crate) fn changing(
    key: &str,
    current: Option<&[u8]>,
    team: Option<&str>,
    used: &KeyUse,
) -> Result<Changing, WriteError> {
    let workflow: Option<Workflow> = current.map(|json| store::from_json(key, json)).transpose()?;
    let mine = workflow.filter(|workflow| team.is_none_or(|team| workflow.team == team));
    let workflow = mine.ok_or(WriteError::NotFound)?;
    // Before any other check: a change that is applied again must know its own effect.
    match workflow.key_used(used) {
        Some(earlier) if earlier.body != used.body => Err(WriteError::KeyReused),
        Some(_) => Ok(Changing::Done),
        None if workflow.deleted => Err(WriteError::NotFound),
        None => Ok(Changing::Head(Box::new(workflow))),
    }
}

pub(crate) fn kept(key: &str, current: Option<&[u8]>) -> Result<Change<Workflow>, WriteError> {
    let json = current.ok_or(WriteError::NotFound)?;
    Ok(Change::Keep(store::from_json(key, json)?))
}

/// Shows a workflow to every team, or to its own only. What announces it is written before it, and taken back after.
///
/// # Errors
/// [`WriteError`]; an entry of a workflow that is not public may be left, which lists pass over.
pub async fn set_visibility<K: Kv>(
    store: &Store<K>,
    id: Uuid,
    visibility: Visibility,
    used: &KeyUse,
    now: Timestamp,
) -> Result<Workflow, WriteError> {
    let list = keys::workflows_public();
    if visibility == Visibility::Public {
        let workflow = load(store, id).await?.ok_or(WriteError::NotFound)?;
        enlist_in(store, &list, Listed { id, created_at: workflow.created_at }).await?;
    }
    let changed = change_head(store, id, None, used, |workflow| {
        let differs = workflow.visibility != visibility;
        if differs {
            workflow.visibility = visibility;
            workflow.updated_at = now;
        }
        differs
    })
    .await?;
    if visibility == Visibility::Private {
        delist_from(store, &list, id).await?;
    }
    Ok(changed)
}

/// What a change comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// There is nothing to change.
    Nothing,
    /// The head was changed.
    Changed,
    /// The head was changed, and its draft goes live.
    Publish,
}

fn check_size(draft: &Definition) -> Result<(), WriteError> {
    let bytes = serde_json::to_vec(draft).map_or(usize::MAX, |json| json.len());
    if bytes > MAX_DEFINITION_BYTES { Err(WriteError::TooLarge(bytes)) } else { Ok(()) }
}

/// The content is written before the head that names it.
async fn publish<K: Kv>(
    store: &Store<K>,
    workflow: &mut Workflow,
    now: Timestamp,
) -> Result<(), WriteError> {
    let content = workflow.publish(now).map_err(WriteError::NotPublishable)?;
    let key = keys::workflow_content(&workflow.id.to_string(), &content.hash);
    Ok(store.put(&key, &content.json).await?)
}

/// An entry without a workflow is harmless: lists pass it over.
async fn enlist<K: Kv>(
    store: &Store<K>,
    team: &str,
    id: Uuid,
    now: Timestamp,
) -> Result<(), WriteError> {
    enlist_in(store, &keys::workflows(team), Listed { id, created_at: now }).await
}

async fn enlist_in<K: Kv>(store: &Store<K>, key: &str, entry: Listed) -> Result<(), WriteError> {
    store
        .update(key, async |current| {
            let mut list = read_list(key, current.as_deref())?;
            if list.workflows.iter().any(|listed| listed.id == entry.id) {
                return Ok(Change::Keep(()));
            }
            if list.workflows.len() >= MAX_WORKFLOWS {
                return Err(WriteError::TooMany(MAX_WORKFLOWS));
            }
            list.workflows.push(entry.clone());
            Ok(Change::Write(to_json(key, &list)?, ()))
        })
        .await
}

/// Takes a deleted workflow out of its team's list, and out of the public one if it was there.
///
/// # Errors
/// When the store fails.
pub async fn delist<K: Kv>(store: &Store<K>, workflow: &Workflow) -> Result<(), StoreError> {
    delist_from(store, &keys::workflows(&workflow.team), workflow.id).await?;
    if workflow.visibility == Visibility::Public {
        delist_from(store, &keys::workflows_public(), workflow.id).await?;
    }
    Ok(())
}

async fn delist_from<K: Kv>(store: &Store<K>, key: &str, id: Uuid) -> Result<(), StoreError> {
    store
        .update(key, async |current| {
            let mut list = read_list(key, current.as_deref())?;
            let before = list.workflows.len();
            list.workflows.retain(|listed| listed.id != id);
            if list.workflows.len() == before {
                return Ok(Change::Keep(()));
            }
            Ok::<_, StoreError>(Change::Write(to_json(key, &list)?, ()))
        })
        .await
}

fn read_list(key: &str, json: Option<&[u8]>) -> Result<WorkflowList, StoreError> {
    json.map_or_else(|| Ok(WorkflowList::default()), |json| store::from_json(key, json))
}
