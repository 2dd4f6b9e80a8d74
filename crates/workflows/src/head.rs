//! What starts a session of a workflow: its newest release. Of the document the draft, which is up to 200 KiB of it, is
//! passed over.

use flow::Kind;
use serde::Deserialize;
use store::{Kv, Store, StoreError, keys};
use uuid::Uuid;

use crate::Release;
use crate::document::in_use;

/// The document `workflow:<id>` without what a team writes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Head {
    pub(crate) id: Uuid,
    team: String,
    #[serde(default)]
    published: bool,
    #[serde(default)]
    deleted: bool,
    #[serde(default)]
    releases: Vec<Release>,
    draft: Draft,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
struct Draft {
    #[serde(default)]
    kind: Kind,
}

impl Head {
    /// Whether it is a flow or a sequence.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.draft.kind
    }

    /// The newest release, if it can be triggered.
    #[must_use]
    pub fn release(&self) -> Option<&Release> {
        in_use(&self.releases, self.published, self.deleted)
    }
}

/// The head of a workflow, if it is the team's; also of one that was deleted, which has no release that starts.
///
/// # Errors
/// When the store fails.
pub async fn head<K: Kv>(
    store: &Store<K>,
    team: &str,
    id: Uuid,
) -> Result<Option<Head>, StoreError> {
    let head: Option<Head> = store.read_json(&keys::workflow(&id.to_string())).await?;
    Ok(head.filter(|head| head.team == team))
}

#[cfg(test)]
mod tests {
    use flow::Timestamp;
    use serde_json::{Value, json};

    use super::*;
    use crate::{Definition, Workflow};

    fn workflow() -> Workflow {
        let draft = Definition { name: "Days".into(), kind: Kind::Sequence, ..Default::default() };
        Workflow::new(Uuid::from_u128(7), "acme", draft, Timestamp(0))
    }

    fn head_of(workflow: &Workflow) -> Head {
        serde_json::from_slice(&serde_json::to_vec(workflow).unwrap()).unwrap()
    }

    #[test]
    fn a_head_starts_what_its_workflow_would() {
        let release = |version: u32| Release {
            version,
            content: format!("hash {version}"),
            published_at: Timestamp(1),
        };
        let never = workflow();
        let twice =
            Workflow { releases: vec![release(1), release(2)], published: true, ..workflow() };
        let unpublished = Workflow { published: false, ..twice.clone() };
        let deleted = Workflow { deleted: true, ..twice.clone() };
        for (workflow, starts) in
            [(never, None), (twice, Some(release(2))), (unpublished, None), (deleted, None)]
        {
            let head = head_of(&workflow);
            assert_eq!((head.release(), workflow.release()), (starts.as_ref(), starts.as_ref()));
            assert_eq!((head.kind(), head.id), (Kind::Sequence, workflow.id));
        }
    }

    #[test]
    fn what_a_team_writes_is_not_read() {
        let mut json = serde_json::to_value(workflow()).unwrap();
        json["draft"]["rules"] = json!("no rules");
        assert!(serde_json::from_value::<Workflow>(json.clone()).is_err());
        assert_eq!(serde_json::from_value::<Head>(json.clone()).unwrap(), head_of(&workflow()));
        json["draft"] = Value::Null;
        assert!(serde_json::from_value::<Head>(json).is_err());
    }
}
