//! `GET, POST /api/v1/console/agents`: a team's agents, and new ones.

use agents::{Agent, AgentView, NewAgent, NewAgentView, Profile, Wanted};
use api::{Call, Endpoint, Envelope, PageQuery, Problem, Reply, Surface};
use engine::Host as _;
use fields::Errors;
use http::Method;
use serde_json::Value;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;
use workflows::{SortBy, WorkflowView};

/// What a list can be sorted by; `created_on` is what some clients of the hosted product send.
const SORTABLE: &[&str] = &["created_at", "created_on", "updated_at", "name"];

#[http_service]
async fn agents_endpoint(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Console, methods: &[Method::GET, Method::POST] };
    api::serve(endpoint, request, async |call: &mut Call| {
        if call.method() == Method::GET { list(call).await } else { create(call).await }
    })
    .await
}

async fn create(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.principal("agents:write").await?.team;
    let body = call.json().await?;
    let (profile, source) = read(&body)?;
    let source = source.parse().map_err(|_| agents::WriteError::WorkflowNotFound)?;
    let key = call.idempotency_key(&team).await?;
    let now = call.host.now();
    let new = NewAgent { id: key.id, team, profile, source };
    let (agent, workflow) = agents::create(call.host.store(), &new, &key.used, now).await?;
    let workflow = WorkflowView::of(&workflow, &agent.team);
    let shown = NewAgentView { agent: AgentView::of(&agent), workflow };
    Ok(Reply::created(&Envelope::one("Agent created successfully", &shown)))
}

/// The fields of a new agent, and the id of its workflow.
fn read(body: &Value) -> Result<(Profile, String), Problem> {
    let errors = Errors::new();
    let new = agents::read_new(&errors.body(body));
    Ok(errors.into_result(new)?)
}

async fn list(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.principal("agents:read").await?.team;
    let query = PageQuery::read(call, SORTABLE)?;
    let (sort, descending) = match &query.sort {
        None => (SortBy::CreatedAt, true),
        Some((by, descending)) => (SortBy::named(by), *descending),
    };
    let search = query.search.as_deref();
    let wanted = Wanted { search, sort, descending, offset: query.offset(), limit: query.limit };
    let (found, total) = agents::list(call.host.store(), &team, wanted).await?;
    let shown: Vec<Value> = found.iter().map(Agent::shown).collect();
    Ok(Reply::ok(&Envelope::page("Success", &shown, &query, total)))
}
