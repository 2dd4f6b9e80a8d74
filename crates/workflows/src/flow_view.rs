//! A workflow as the actions API shows it: a flow or a sequence (contract/actions-qyvo.md, section 6).

use flow::Kind;
use serde::Serialize;
use store::{Kv, Store, StoreError, keys};
use uuid::Uuid;

use crate::{Workflow, load};

/// What starts a flow of which nothing else is said: the first of the hosted product's words.
const TRIGGER_TYPE: &str = "manual";

/// A flow as `get-flow` shows it, or a sequence as `get-sequence` does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Flow"))]
pub struct FlowView {
    /// Which.
    pub id: Uuid,
    /// Its name, as the team last wrote it.
    pub name: String,
    /// `published`, or `draft`: it cannot be triggered.
    pub status: &'static str,
    /// Of a flow what starts it, as the team says; `manual` where it says nothing. A sequence has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trigger_type: Option<String>,
    /// Sessions that were ever started.
    pub sessions_count: u64,
    /// When what runs was published; null for a draft.
    pub published_at: Option<String>,
    /// When it was created.
    pub created_at: String,
}

impl FlowView {
    fn of(workflow: Workflow, sessions_count: u64) -> Self {
        let published_at = workflow.release().map(|release| release.published_at.to_rfc3339());
        let trigger_type = workflow.draft.trigger_type.unwrap_or_else(|| TRIGGER_TYPE.to_owned());
        Self {
            id: workflow.id,
            status: if published_at.is_some() { "published" } else { "draft" },
            trigger_type: workflow.draft.kind.is_flow().then_some(trigger_type),
            sessions_count,
            published_at,
            created_at: workflow.created_at.to_rfc3339(),
            name: workflow.draft.name,
        }
    }
}

/// The workflow of an id, if it is the team's and of this kind.
///
/// # Errors
/// When the store fails.
pub async fn flow<K: Kv>(
    store: &Store<K>,
    team: &str,
    kind: Kind,
    id: Uuid,
) -> Result<Option<FlowView>, StoreError> {
    let workflow = load(store, id).await?;
    let mine = workflow.filter(|found| found.team == team && found.draft.kind == kind);
    let Some(workflow) = mine else { return Ok(None) };
    // Counted where sessions are started, for the polling lists.
    let sessions = store.count(&keys::recent_flow(team, &id.to_string())).await?;
    Ok(Some(FlowView::of(workflow, sessions)))
}

#[cfg(test)]
mod tests {
    use flow::Timestamp;

    use super::*;
    use crate::Definition;

    #[test]
    fn a_flow_is_a_draft_until_it_is_published_and_again_after_that_is_taken_back() {
        let draft = Definition {
            name: "Abandoned cart".into(),
            system_prompt: "Help.".into(),
            trigger_type: Some("shopify_cart_abandoned".into()),
            ..Definition::default()
        };
        let mut workflow = Workflow::new(Uuid::nil(), "team", draft, Timestamp(1_778_141_663_000));
        let seen = |workflow: &Workflow| {
            let view = FlowView::of(workflow.clone(), 3);
            (view.status, view.published_at)
        };
        assert_eq!(seen(&workflow), ("draft", None));
        workflow.publish(Timestamp(1_778_141_664_000)).unwrap();
        let json = serde_json::to_value(FlowView::of(workflow.clone(), 3)).unwrap();
        assert_eq!(
            json,
            serde_json::json!({
                "id": "00000000-0000-0000-0000-000000000000", "name": "Abandoned cart",
                "status": "published", "trigger_type": "shopify_cart_abandoned", "sessions_count": 3,
                "published_at": "2026-05-07T08:14:24+00:00", "created_at": "2026-05-07T08:14:23+00:00",
            })
        );
        workflow.unpublish(Timestamp(1_778_141_665_000));
        assert_eq!(seen(&workflow), ("draft", None));
        workflow.draft.trigger_type = None;
        let trigger_type = |workflow: &Workflow| FlowView::of(workflow.clone(), 0).trigger_type;
        assert_eq!(trigger_type(&workflow).as_deref(), Some("manual"));
        workflow.draft.kind = Kind::Sequence;
        assert_eq!(trigger_type(&workflow), None);
    }
}
