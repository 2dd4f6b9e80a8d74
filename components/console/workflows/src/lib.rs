//! `GET, POST /api/v1/console/workflows`: a team's workflows, and new ones.

use api::{
    Call, Endpoint, Envelope, PageQuery, Principal, Problem, Reply, Surface, apply_definition,
};
use engine::Host as _;
use fields::FieldError;
use http::Method;
use serde_json::Value;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;
use store::keys;
use workflows::{Definition, Listed, Workflow};

/// What a list can be sorted by; `created_on` is what some clients of the hosted product send.
const SORTABLE: &[&str] = &["created_at", "created_on", "updated_at", "name", "category"];

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
    let listed = in_scope(call, &principal).await?;
    let (found, total) =
        match (&query.search, query.sort.as_ref().map(|(by, down)| (by.as_str(), *down))) {
            (None, None | Some(("created_at" | "created_on", _))) => {
                let oldest_first = matches!(&query.sort, Some((_, false)));
                by_age(call, &principal, listed, &query, oldest_first).await?
            }
            _ => by_content(call, &principal, listed, &query).await?,
        };
    let shown: Vec<Value> =
        found.iter().map(|workflow| workflow.shown_to(&principal.team)).collect();
    Ok(Reply::ok(&Envelope::page("Success", &shown, &query, total)))
}

/// The workflows that the `scope` parameter asks for, oldest first.
async fn in_scope(call: &Call, principal: &Principal) -> Result<Vec<Listed>, Problem> {
    let scope = call.query("scope").unwrap_or_else(|| "accessible".to_owned());
    let (owned, public) = match scope.as_str() {
        "accessible" => (true, true),
        "owned" => (true, false),
        "public" => (false, true),
        _ => {
            let message = "must be one of owned, public, accessible";
            return Err(vec![FieldError::new("/scope", message)].into());
        }
    };
    let store = call.host.store();
    let mut listed = Vec::new();
    if owned {
        listed = workflows::list(store, &keys::workflows(&principal.team)).await?;
    }
    if public {
        let public = workflows::list(store, &keys::workflows_public()).await?;
        let own: Vec<_> = listed.iter().map(|own| own.id).collect();
        listed.extend(public.into_iter().filter(|public| !own.contains(&public.id)));
    }
    listed.sort_by_key(|listed| (listed.created_at, listed.id));
    Ok(listed)
}

async fn read(
    call: &Call,
    principal: &Principal,
    listed: &Listed,
) -> Result<Option<Workflow>, Problem> {
    let workflow = workflows::load(call.host.store(), listed.id).await?;
    Ok(workflow.filter(|workflow| workflow.is_readable_by(&principal.team)))
}

/// By age, which the list knows: only the workflows of the page are read.
async fn by_age(
    call: &Call,
    principal: &Principal,
    mut listed: Vec<Listed>,
    query: &PageQuery,
    oldest_first: bool,
) -> Result<(Vec<Workflow>, usize), Problem> {
    if !oldest_first {
        listed.reverse();
    }
    let mut page = Vec::new();
    for listed in listed.iter().skip(query.offset()).take(query.limit) {
        page.extend(read(call, principal, listed).await?);
    }
    Ok((page, listed.len()))
}

/// By what the workflows hold: all of them are read.
async fn by_content(
    call: &Call,
    principal: &Principal,
    listed: Vec<Listed>,
    query: &PageQuery,
) -> Result<(Vec<Workflow>, usize), Problem> {
    let mut found = Vec::new();
    for listed in listed.iter().rev() {
        let workflow = read(call, principal, listed).await?;
        found.extend(workflow.filter(|workflow| matches(workflow, query.search.as_deref())));
    }
    if let Some((by, descending)) = &query.sort {
        match by.as_str() {
            "name" => found.sort_by_key(|workflow| workflow.draft.name.to_lowercase()),
            "category" => found.sort_by_key(|workflow| workflow.draft.category.clone()),
            "updated_at" => found.sort_by_key(|workflow| workflow.updated_at),
            _ => found.sort_by_key(|workflow| workflow.created_at),
        }
        if *descending {
            found.reverse();
        }
    }
    let total = found.len();
    Ok((found.into_iter().skip(query.offset()).take(query.limit).collect(), total))
}

fn matches(workflow: &Workflow, search: Option<&str>) -> bool {
    let Some(search) = search else { return true };
    let draft = &workflow.draft;
    let texts = [Some(&draft.name), draft.description.as_ref(), draft.category.as_ref()];
    texts.into_iter().flatten().any(|text| text.to_lowercase().contains(search))
}
