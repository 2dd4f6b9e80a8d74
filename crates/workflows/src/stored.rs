//! Workflows in the store. What announces a workflow is written before it, what it refers to as well.

use conversation::{KeyReused, KeyUse};
use flow::Timestamp;
use store::{Change, EnlistError, Kv, Store, StoreError, keys, to_json};
use uuid::Uuid;

use crate::list::{own, public};
use crate::{
    Definition, Listed, MAX_DEFINITION_BYTES, MAX_WORKFLOWS, NotPublishable, User, Visibility,
    Workflow,
};

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

impl From<KeyReused> for WriteError {
    fn from(_: KeyReused) -> Self {
        Self::KeyReused
    }
}

impl From<EnlistError> for WriteError {
    fn from(error: EnlistError) -> Self {
        match error {
            EnlistError::Full(most) => Self::TooMany(most),
            EnlistError::Store(error) => Self::Store(error),
        }
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

/// Creates a workflow; the same `Idempotency-Key` and body give the one that is there, unless it was deleted. `used` is the key, or an id
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
    let mut first = Workflow::new(id, team, draft.clone(), now);
    first.keys.remember(used);
    let key = keys::workflow(&id.to_string());
    // Before it is listed: what will never be there would stay in the list.
    match store.read_json::<Workflow>(&key).await? {
        Some(there) if there.deleted => return Err(WriteError::NotFound),
        None if draft.publishes_itself() => {
            first.clone().publish(now).map_err(WriteError::NotPublishable)?;
        }
        _ => {}
    }
    // An entry without a workflow is harmless: lists pass it over. What another try has listed says when it was created.
    let listed = own(store, team).enlist(&Listed::of(&first), MAX_WORKFLOWS).await?;
    first.created_at = listed.created_at;
    let created = store
        .update(&key, async |current| {
            if let Some(json) = &current {
                let there: Workflow = store::from_json(&key, json)?;
                there.keys.has(used)?;
                return Ok::<_, WriteError>(Change::Keep(there));
            }
            let mut workflow = first.clone();
            if draft.publishes_itself() {
                publish(store, &mut workflow, now).await?;
            }
            Ok(Change::Write(to_json(&key, &workflow)?, workflow))
        })
        .await?;
    if listed != Listed::of(&created) {
        amend(store, &created).await?;
    }
    Ok(created)
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
    let changed = store
        .update(&key, async |current| {
            let Changing::Head(mut workflow) =
                changing(&key, current.as_deref(), Some(team), used)?
            else {
                return kept(&key, current.as_deref());
            };
            let before = Listed::of(&workflow);
            match act(&mut workflow)? {
                Act::Nothing => return Ok(Change::Keep(Changed::Nothing(workflow))),
                Act::Changed => check_size(&workflow.draft)?,
                Act::Publish => {
                    check_size(&workflow.draft)?;
                    publish(store, &mut workflow, now).await?;
                }
            }
            workflow.keys.remember(used);
            Ok(Change::Write(to_json(&key, &workflow)?, Changed::of(&before, workflow)))
        })
        .await?;
    changed.listed(store).await
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
    let changed = store
        .update(&key, async |current| {
            let Changing::Head(mut workflow) = changing(&key, current.as_deref(), team, used)?
            else {
                return kept(&key, current.as_deref());
            };
            let before = Listed::of(&workflow);
            if !act(&mut workflow) {
                return Ok(Change::Keep(Changed::Nothing(workflow)));
            }
            workflow.keys.remember(used);
            Ok(Change::Write(to_json(&key, &workflow)?, Changed::of(&before, workflow)))
        })
        .await?;
    changed.listed(store).await
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
    match (workflow.keys.has(used)?, workflow.deleted) {
        (true, _) => Ok(Changing::Done),
        (false, true) => Err(WriteError::NotFound),
        (false, false) => Ok(Changing::Head(Box::new(workflow))),
    }
}

fn kept(key: &str, current: Option<&[u8]>) -> Result<Change<Changed>, WriteError> {
    let json = current.ok_or(WriteError::NotFound)?;
    // The request that made it may have ended before the lists were told.
    Ok(Change::Keep(Changed::ForLists(Box::new(store::from_json(key, json)?))))
}

/// A head after a change.
enum Changed {
    /// Lists say what they said.
    Nothing(Box<Workflow>),
    /// Lists are to be told.
    ForLists(Box<Workflow>),
}

impl Changed {
    fn of(before: &Listed, workflow: Box<Workflow>) -> Self {
        let same = *before == Listed::of(&workflow);
        if same { Self::Nothing(workflow) } else { Self::ForLists(workflow) }
    }

    async fn listed<K: Kv>(self, store: &Store<K>) -> Result<Workflow, WriteError> {
        match self {
            Self::Nothing(workflow) => Ok(*workflow),
            Self::ForLists(workflow) => {
                amend(store, &workflow).await?;
                Ok(*workflow)
            }
        }
    }
}

/// Says in the lists what a workflow is now: after its head was written, so what ends between the two leaves a search
/// that knows the workflow as it was, until its next change.
async fn amend<K: Kv>(store: &Store<K>, workflow: &Workflow) -> Result<(), StoreError> {
    if workflow.deleted {
        return Ok(());
    }
    let entry = Listed::of(workflow);
    own(store, &workflow.team).amend(&entry).await?;
    if workflow.visibility == Visibility::Public {
        public(store).amend(&entry).await?;
    }
    Ok(())
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
    if visibility == Visibility::Public {
        let workflow = load(store, id).await?.ok_or(WriteError::NotFound)?;
        public(store).enlist(&Listed::of(&workflow), MAX_WORKFLOWS).await?;
    }
    let changed = change_head(store, id, None, used, |workflow| {
        let differs = workflow.visibility != visibility;
        if differs {
            workflow.visibility = visibility;
            workflow.touch(now);
        }
        differs
    })
    .await?;
    // Also when nothing changed: an earlier request may have ended before this.
    amend(store, &changed).await?;
    if visibility == Visibility::Private {
        public(store).remove(id, changed.created_at.0).await?;
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

/// Takes a deleted workflow out of its team's list, and out of the public one if it was there.
///
/// # Errors
/// When the store fails.
pub async fn delist<K: Kv>(store: &Store<K>, workflow: &Workflow) -> Result<(), StoreError> {
    let created_at = workflow.created_at.0;
    own(store, &workflow.team).remove(workflow.id, created_at).await?;
    if workflow.visibility == Visibility::Public {
        public(store).remove(workflow.id, created_at).await?;
    }
    Ok(())
}
