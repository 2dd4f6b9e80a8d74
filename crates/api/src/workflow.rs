//! What the workflow endpoints of the console share: finding, refusing, showing.

use engine::Host as _;
use fields::{Errors, FieldError};
use flow::Issue;
use serde_json::{Value, json};
use uuid::Uuid;
use workflows::{Definition, MAX_DEFINITION_BYTES, NotPublishable, Workflow, WriteError};

use crate::{Call, Problem, Rule};

/// Where the workflow's id is in `/api/v1/console/workflows/:id`.
const ID: usize = 4;

impl Call {
    /// The workflow id of the path.
    ///
    /// # Errors
    /// 404: what is no id names no workflow.
    pub fn workflow_id(&self) -> Result<Uuid, Problem> {
        self.id(ID).ok_or_else(workflow_not_found)
    }

    /// The workflow of the path, if the team may read it.
    ///
    /// # Errors
    /// 404, for another team's too.
    pub async fn workflow(&self, team: &str) -> Result<Workflow, Problem> {
        let workflow = workflows::load(self.host.store(), self.workflow_id()?).await?;
        workflow.filter(|workflow| workflow.is_readable_by(team)).ok_or_else(workflow_not_found)
    }

    /// The workflow of the path, if it is the team's.
    ///
    /// # Errors
    /// 404, for another team's too, even a public one.
    pub async fn own_workflow(&self, team: &str) -> Result<Workflow, Problem> {
        let workflow = self.workflow(team).await?;
        if workflow.team == team { Ok(workflow) } else { Err(workflow_not_found()) }
    }
}

/// Applies a body to a definition. A workflow stays of the kind that it was created as: lists name its sessions by it.
///
/// # Errors
/// All that is wrong with it, as [`Problem::Invalid`].
pub fn apply_definition(
    definition: &mut Definition,
    body: &Value,
    create: bool,
) -> Result<(), Problem> {
    let errors = Errors::new();
    let object = errors.body(body);
    let kind = definition.kind;
    definition.apply(&object, create);
    if !create && definition.kind != kind {
        let kind = kind.as_str();
        object
            .error("kind", format!("cannot be changed: the workflow is a {kind}; create another"));
    }
    Ok(errors.into_result(())?)
}

/// 404.
pub(crate) fn workflow_not_found() -> Problem {
    Problem::NotFound("Workflow not found".to_owned())
}

fn issue(issue: Issue) -> FieldError {
    FieldError::new(issue.path, format!("{} ({})", issue.message, issue.code))
}

impl From<WriteError> for Problem {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::NotFound => workflow_not_found(),
            WriteError::Stale(revision) => {
                let message =
                    format!("The workflow was changed since: its revision is {revision}.");
                Self::Conflict(Rule::new("conflict", message).with("revision", revision))
            }
            WriteError::KeyReused => Self::key_reused(),
            WriteError::NotPublishable(NotPublishable(issues)) => {
                Self::Invalid(issues.into_iter().map(issue).collect())
            }
            WriteError::TooLarge(bytes) => {
                let most = MAX_DEFINITION_BYTES;
                let message =
                    format!("the workflow takes {bytes} bytes as JSON; it may take {most}");
                Self::Invalid(vec![FieldError::new("", message)])
            }
            WriteError::InUse(users) => {
                let names: Vec<&str> = users.iter().map(|user| user.name.as_str()).collect();
                let names = names.join(", ");
                let message = format!(
                    "Agents use this workflow: {names}. Give them another one, or delete them."
                );
                let agents = users.iter().map(|user| json!({"id": user.id, "name": user.name}));
                let agents: Value = agents.collect();
                Self::Conflict(Rule::new("conflict", message).with("agents", agents))
            }
            WriteError::TooMany(most) => Self::rule(format!("A team may have {most} workflows.")),
            WriteError::Store(error) => error.into(),
        }
    }
}
