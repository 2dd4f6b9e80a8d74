//! Reading and changing the document of a team's webhooks: one write for each change, none for a team without any.

use conversation::Subscription;
use flow::Timestamp;
use store::{Change, Kv, Store, StoreError, keys, to_json};
use teams::{Resealed, Resealing, Secrets};
use uuid::Uuid;

use crate::{Disabled, Webhook, Webhooks, secret};

/// Webhooks a team may have: each is told of every event that it wants, by whoever makes it happen.
pub const MAX_WEBHOOKS: usize = 20;

/// Why a webhook was not added.
#[derive(Debug, thiserror::Error)]
pub enum AddError {
    /// The team has [`MAX_WEBHOOKS`].
    #[error("a team may have at most {MAX_WEBHOOKS} webhooks; delete one first")]
    Full,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A team's webhooks.
///
/// # Errors
/// When the store fails.
pub async fn load<K: Kv>(store: &Store<K>, team: &str) -> Result<Webhooks, StoreError> {
    Ok(store.read_json(&keys::webhooks(team)).await?.unwrap_or_default())
}

/// Who of a team wants to be told of what: one read.
///
/// # Errors
/// When the store fails.
pub async fn subscriptions<K: Kv>(
    store: &Store<K>,
    team: &str,
) -> Result<Vec<Subscription>, StoreError> {
    Ok(load(store, team).await?.subscriptions())
}

/// Whether a team may have one more webhook.
///
/// # Errors
/// [`AddError::Full`].
pub fn check_room(webhooks: &Webhooks) -> Result<(), AddError> {
    if webhooks.webhooks.len() < MAX_WEBHOOKS { Ok(()) } else { Err(AddError::Full) }
}

/// Adds a webhook; the one that there is of that id, if there is one.
///
/// # Errors
/// [`AddError`].
pub async fn add<K: Kv>(
    store: &Store<K>,
    team: &str,
    webhook: &Webhook,
) -> Result<Webhook, AddError> {
    change(store, team, |webhooks| {
        if let Some(there) = webhooks.find(webhook.id) {
            return Ok((there.clone(), false));
        }
        check_room(webhooks)?;
        webhooks.webhooks.push(webhook.clone());
        Ok((webhook.clone(), true))
    })
    .await
}

/// Removes a webhook, and gives it. `None`: the team has no such, or a deletion that is applied again finds it gone.
///
/// # Errors
/// When the store fails.
pub async fn remove<K: Kv>(
    store: &Store<K>,
    team: &str,
    id: Uuid,
) -> Result<Option<Webhook>, StoreError> {
    // Kept over the tries: one that was written although the store failed is ours.
    let mut removed = None;
    change(store, team, |webhooks| {
        let at = webhooks.webhooks.iter().position(|webhook| webhook.id == id);
        if let Some(at) = at {
            removed = Some(webhooks.webhooks.remove(at));
        }
        Ok::<_, StoreError>(((), at.is_some()))
    })
    .await?;
    Ok(removed)
}

/// Tells a webhook nothing more.
///
/// # Errors
/// When the store fails.
pub async fn disable<K: Kv>(
    store: &Store<K>,
    team: &str,
    id: Uuid,
    reason: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    change(store, team, |webhooks| {
        let found = webhooks.webhooks.iter_mut().find(|webhook| webhook.id == id);
        let Some(webhook) = found.filter(|webhook| webhook.is_enabled()) else {
            return Ok(((), false));
        };
        webhook.disabled = Some(Disabled { at, reason: reason.to_owned() });
        Ok(((), true))
    })
    .await
}

/// Seals anew the secrets that another key sealed. `random` gives 24 random bytes.
///
/// # Errors
/// When the store fails: some may be sealed anew, and asking again is safe.
pub async fn reseal<K: Kv>(
    store: &Store<K>,
    team: &str,
    secrets: &Secrets,
    random: impl FnMut() -> [u8; 24],
) -> Result<Resealed, StoreError> {
    let mut resealing = Resealing::new(secrets, random);
    change(store, team, |webhooks| {
        let mut count = Resealed::default();
        let mut changed = false;
        for webhook in &mut webhooks.webhooks {
            changed |= secret::reseal(webhook, &mut resealing, &mut count);
        }
        Ok((count, changed))
    })
    .await
}

/// Changes the document, if `act` says that it changed something.
async fn change<K: Kv, T, E: From<StoreError>>(
    store: &Store<K>,
    team: &str,
    mut act: impl FnMut(&mut Webhooks) -> Result<(T, bool), E>,
) -> Result<T, E> {
    let key = keys::webhooks(team);
    store
        .update(&key, async |current: Option<Vec<u8>>| {
            let stored = current.as_deref().map(|json| store::from_json(&key, json)).transpose()?;
            let mut webhooks: Webhooks = stored.unwrap_or_default();
            let (answer, changed) = act(&mut webhooks)?;
            match changed {
                true => Ok(Change::Write(to_json(&key, &webhooks)?, answer)),
                false => Ok(Change::Keep(answer)),
            }
        })
        .await
}
