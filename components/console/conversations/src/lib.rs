//! `GET /api/v1/console/agents/:id/conversations`: an agent's conversations.

use api::{Call, Endpoint, Envelope, PageQuery, Problem, Reply, Surface};
use console::{Filter, Order, Page, channel_filter};
use engine::Host as _;
use fields::FieldError;
use http::Method;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

/// What the list can be sorted by; `created_on` is what some clients of the hosted product send.
const SORTABLE: &[&str] = &["created_at", "created_on", "last_message_at", "updated_at"];
const CHANNELS: &str = "whatsapp, webchat, telephony, test_whatsapp, test_webchat, test_telephony";

#[http_service]
async fn conversations(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Console, methods: &[Method::GET] };
    api::serve(endpoint, request, list).await
}

async fn list(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.principal("conversations:read").await?.team;
    let agent = call.agent(&team).await?;
    let (query, filter) = read(call)?;
    let order = match &query.sort {
        Some((by, descending)) if by == "last_message_at" => {
            Order::LastMessage { oldest_first: !descending }
        }
        Some((by, descending)) if by == "updated_at" => {
            Order::Updated { oldest_first: !descending }
        }
        Some((_, descending)) => Order::Created { oldest_first: !descending },
        None => Order::Created { oldest_first: false },
    };
    let place = (query.page, query.limit);
    let page = console::list(call.host.store(), agent.id, &filter, order, place).await?;
    let Page { conversations, total, pages } = page;
    Ok(Reply::ok(&Envelope::page_of("Success", &conversations, &query, total, pages)))
}

/// The page and the filters; all that is wrong with them at once.
fn read(call: &Call) -> Result<(PageQuery, Filter), Problem> {
    let mut errors = Vec::new();
    let channel = call.query("channel").and_then(|text| {
        let channel = channel_filter(&text);
        if channel.is_none() {
            errors.push(FieldError::new("/channel", format!("must be one of {CHANNELS}")));
        }
        channel
    });
    let test = boolean(call, "is_test_channel", &mut errors);
    let paused = boolean(call, "is_ai_chat_paused", &mut errors);
    let needs_attention = boolean(call, "needs_attention", &mut errors);
    match PageQuery::read(call, SORTABLE) {
        Ok(query) if errors.is_empty() => {
            let search = query.search.clone();
            Ok((query, Filter { search, channel, test, paused, needs_attention }))
        }
        Ok(_) => Err(errors.into()),
        Err(Problem::Invalid(mut all)) => {
            all.extend(errors);
            Err(all.into())
        }
        Err(problem) => Err(problem),
    }
}

fn boolean(call: &Call, name: &str, errors: &mut Vec<FieldError>) -> Option<bool> {
    match call.query(name)?.as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => {
            errors.push(FieldError::new(format!("/{name}"), "must be true or false"));
            None
        }
    }
}
