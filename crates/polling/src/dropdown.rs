//! What a form lets people choose from: a team's flows, or its sequences, by name.

use flow::Kind;
use serde_json::{Value, json};
use store::{Kv, Store, StoreError};
use workflows::{Listing, Scope, SortBy, Workflow};

/// The longest choice. The contract has no paging for it.
pub const MAX_CHOICES: usize = 500;

/// Workflows among which those of a kind are looked for.
const MAX_LOOKED_AT: usize = 2_000;

/// The flows or sequences that a team can trigger, as `{id, label}`: its published workflows of this kind with a graph, by
/// name, [`MAX_CHOICES`] at most, among its first 2,000 workflows by name.
///
/// # Errors
/// When the store fails.
pub async fn choices<K: Kv>(
    store: &Store<K>,
    team: &str,
    kind: Kind,
) -> Result<Vec<Value>, StoreError> {
    let mut choices = Vec::new();
    for offset in (0..MAX_LOOKED_AT).step_by(MAX_CHOICES) {
        let listing = Listing {
            scope: Scope::Owned,
            search: None,
            sort: SortBy::Name,
            descending: false,
            offset,
            limit: MAX_CHOICES,
        };
        let choice = |workflow: &Workflow| {
            let draft = &workflow.draft;
            let runs = draft.kind == kind && workflow.release().is_some() && draft.graph.is_some();
            runs.then(|| json!({"id": workflow.id, "label": draft.name}))
        };
        let (found, total) = workflows::list(store, team, &listing, choice).await?;
        choices.extend(found.into_iter().flatten());
        if choices.len() >= MAX_CHOICES || offset + MAX_CHOICES >= total {
            break;
        }
    }
    choices.truncate(MAX_CHOICES);
    Ok(choices)
}
