//! `GET, POST /api/v1/console/agents/:id/conversations/:id/messages`: what was said, and something more.

use api::{Call, Endpoint, Envelope, PageQuery, Problem, Reply, Surface};
use console::{LogReader, MessageView, NewMessage};
use conversation::Message;
use engine::{Host as _, Place};
use fields::Errors;
use http::Method;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

/// What the list can be sorted by. By default it is in the order of saying: what comes in later does not move a page.
const SORTABLE: &[&str] = &["created_at", "created_on"];

#[http_service]
async fn conversation_messages(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Console, methods: &[Method::GET, Method::POST] };
    api::serve(endpoint, request, async |call: &mut Call| {
        if call.method() == Method::GET { list(call).await } else { send(call).await }
    })
    .await
}

async fn send(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.principal("conversations:write").await?.team;
    let agent = call.agent(&team).await?;
    let conversation = call.conversation(&agent).await?.id;
    let body = call.json().await?;
    let errors = Errors::new();
    let message = NewMessage::read(&errors.body(&body));
    errors.into_result(())?;
    call.say(&agent, Place::Conversation(conversation), &message).await
}

async fn list(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.principal("conversations:read").await?.team;
    let agent = call.agent(&team).await?;
    let conversation = call.conversation(&agent).await?;
    let query = PageQuery::read(call, SORTABLE)?;
    let log = LogReader::new(call.host.store(), &conversation);
    let newest_first = matches!(&query.sort, Some((_, true)));
    let (found, total) = match &query.search {
        Some(text) => {
            let mut found = log.search(text).await?;
            if newest_first {
                found.reverse();
            }
            let total = found.len();
            (found.into_iter().skip(query.offset()).take(query.limit).collect(), total)
        }
        None => page(&log, &query, newest_first).await?,
    };
    let shown: Vec<MessageView> =
        found.iter().map(|message| MessageView::of(conversation.id, message)).collect();
    Ok(Reply::ok(&Envelope::page("Success", &shown, &query, total)))
}

/// Messages are numbered from 1 without a gap.
async fn page<K: store::Kv>(
    log: &LogReader<'_, K>,
    query: &PageQuery,
    newest_first: bool,
) -> Result<(Vec<Message>, usize), Problem> {
    let total = log.count();
    let offset = u64::try_from(query.offset()).unwrap_or(u64::MAX).min(total);
    let limit = u64::try_from(query.limit).unwrap_or(u64::MAX);
    let total_shown = usize::try_from(total).unwrap_or(usize::MAX);
    if !newest_first {
        return Ok((log.range(offset + 1, offset + limit).await?, total_shown));
    }
    let last = total - offset;
    let mut found = log.range(last.saturating_sub(limit) + 1, last).await?;
    found.reverse();
    Ok((found, total_shown))
}
