//! What the endpoints of flows and of sequences share: they are workflows of two kinds, and the actions API says `flow`
//! of one where it says `sequence` of the other (contract/actions-qyvo.md, section 6).

use std::rc::Rc;

use ::conversation::TurnError;
use ::engine::{Host as _, Key, Started, TriggerError, TriggerRequest};
use actions::{NewSession, StartedView, read_workflow_id};
use flow::Kind;
use futures::future::LocalBoxFuture;
use http::StatusCode;
use polling::{OfFlow, OfSequence, Ran};
use uuid::Uuid;

use crate::spin_host::engine;
use crate::{Call, Problem, Reply, Rule};

impl Call {
    /// Starts a published workflow of a kind for a contact: `flow_id` or `sequence_id`, a contact, and a `context`.
    ///
    /// # Errors
    /// 401, 403; 404 for what is not there, not published, another team's or of the other kind; 422; 409 for an
    /// `Idempotency-Key` that was used with another body.
    pub fn start_workflow(&mut self, kind: Kind) -> LocalBoxFuture<'_, Result<Reply, Problem>> {
        Box::pin(async move {
            let team = self.bearer_principal("actions").await?.team;
            let body = self.json().await?;
            let wanted = fields::read(&body, |fields| NewSession::read(fields, kind))?;
            let NewSession { workflow, contact, context } = wanted;
            let key = self.idempotency_header()?.map(str::to_owned);
            let route = self.route();
            let raw = self.raw().await?.to_vec();
            let request = TriggerRequest {
                team: &team,
                workflow,
                kind: Some(kind),
                contact,
                account: None,
                start_at: None,
                context,
                key: key.as_deref().map(|key| Key { key, route: &route, body: &raw }),
            };
            let host = Rc::clone(&self.host);
            let started = engine(&host).await.trigger(&request).await;
            let started = started.map_err(|error| refused(error, kind))?;
            let reply = match kind {
                Kind::Flow => answer::<OfFlow>(workflow, &started),
                Kind::Sequence => answer::<OfSequence>(workflow, &started),
            };
            self.deliver_later(vec![started.committed]);
            Ok(reply)
        })
    }

    /// Shows a workflow of a kind, by `flow_id` or `sequence_id`.
    ///
    /// # Errors
    /// 401, 403; 404 for what is not there, another team's or of the other kind; 422.
    pub async fn show_workflow(&mut self, kind: Kind) -> Result<Reply, Problem> {
        let team = self.bearer_principal("actions").await?.team;
        let body = self.json().await?;
        let id = fields::read(&body, |fields| read_workflow_id(fields, kind))?;
        let found = workflows::flow(self.host.store(), &team, kind, id).await?;
        let found = found.ok_or_else(|| not_found(kind))?;
        Ok(Reply::json(StatusCode::OK, &found))
    }
}

fn answer<R: Ran>(workflow: Uuid, started: &Started) -> Reply {
    let (code, status) = match started.already_running {
        true => (StatusCode::OK, "already_running"),
        false => (StatusCode::CREATED, "started"),
    };
    let of = R::new(workflow, started.workflow_name.clone());
    Reply::json(code, &StartedView { id: started.session, status, of, contact_id: started.contact })
}

fn refused(error: TriggerError, kind: Kind) -> Problem {
    match error {
        TriggerError::WorkflowNotFound => not_found(kind),
        TriggerError::ContactNotFound => Problem::NotFound("Contact not found".to_owned()),
        TriggerError::NoEntry => Problem::rule(format!("{} has no entry node", title(kind))),
        TriggerError::NoPhone => Problem::rule("Contact has no phone number"),
        TriggerError::NoAccount => Problem::rule("No WhatsApp account configured"),
        TriggerError::OptedOut => {
            Problem::Rule(Rule::new("opted_out", "Contact has opted out of messages"))
        }
        TriggerError::Turn(TurnError::KeyReused) => Problem::key_reused(),
        TriggerError::Turn(TurnError::Unavailable) => Problem::Internal(error.to_string()),
        TriggerError::Turn(error) => Problem::rule(error.to_string()),
        TriggerError::Engine(error) => error.into(),
    }
}

fn not_found(kind: Kind) -> Problem {
    Problem::NotFound(format!("{} not found or not published", title(kind)))
}

fn title(kind: Kind) -> &'static str {
    match kind {
        Kind::Flow => "Flow",
        Kind::Sequence => "Sequence",
    }
}
