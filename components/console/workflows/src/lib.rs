//! `GET, POST /api/v1/console/workflows`: a team's workflows, and new ones.

use api::{Call, Endpoint, Envelope, PageQuery, Problem, Reply, Surface, apply_definition};
use engine::Host as _;
use fields::FieldError;
use http::{Method, StatusCode};
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;
use workflows::{Definition, Listing, Scope, SortBy, Workflow};

/// What a list can be sorted by; `created_on` is what some clients of the hosted product send.
const SORTABLE: &[&str] = &["created_at", "created_on", "updated_at", "name"];

#[http_service]
async fn workflows_endpoint(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Console, methods: &[Method::GET, Method::POST] };
    api::serve(endpoint, request, async |call: &mut Call| {
        if call.method() == Method::GET { list(call).await } else { create(call).await }
    })
    .await
}

async fn create(call: &mut Call) -> Result<Reply, Problem> {
    let principal = call.principal("workflows:write").await?;
    let body = call.json().await?;
    let mut draft = Definition::default();
    apply_definition(&mut draft, &body, true)?;
    let key = call.idempotency_key(&principal.team).await?;
    let now = call.host.now();
    let workflow =
        workflows::create(call.host.store(), key.id, &principal.team, &draft, &key.used, now)
            .await?;
    let shown = workflow.shown_to(&principal.team);
    Ok(Reply::created(&Envelope::one("Workflow created successfully", &shown)))
}

async fn list(call: &mut Call) -> Result<Reply, Problem> {
    let principal = call.principal("workflows:read").await?;
    let query = PageQuery::read(call, SORTABLE)?;
    let (sort, descending) = match &query.sort {
        None => (SortBy::CreatedAt, true),
        Some((by, descending)) => (SortBy::named(by), *descending),
    };
    let listing = Listing {
        scope: scope(call)?,
        search: query.search.clone(),
        sort,
        descending,
        offset: query.offset(),
        limit: query.limit,
    };
    let show = |workflow: &Workflow| serde_json::to_string(&workflow.shown_to(&principal.team));
    let (shown, total) =
        workflows::list(call.host.store(), &principal.team, &listing, show).await?;
    // What was read as JSON can be written as JSON.
    let shown = shown.into_iter().flatten().collect();
    Ok(Reply::raw(StatusCode::OK, Envelope::written_page("Success", shown, &query, total)))
}

fn scope(call: &Call) -> Result<Scope, Problem> {
    match call.query("scope").as_deref() {
        None | Some("accessible") => Ok(Scope::Accessible),
        Some("owned") => Ok(Scope::Owned),
        Some("public") => Ok(Scope::Public),
        Some(_) => {
            let message = "must be one of owned, public, accessible";
            Err(vec![FieldError::new("/scope", message)].into())
        }
    }
}
