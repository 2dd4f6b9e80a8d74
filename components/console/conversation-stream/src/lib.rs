//! `GET /api/v1/console/agents/:id/conversations/:id/stream`: the conversation's messages as server-sent events, as they
//! are said.
//!
//! There is nothing that a store could tell a reader by: the log is looked at again and again. The stream ends before
//! the host would end it; its reader comes again with a new ticket, after the last message it has.

use std::rc::Rc;
use std::time::Duration;

use api::{Call, Endpoint, Problem, Reply, SpinHost, Surface, variable};
use bytes::Bytes;
use console::{LogReader, MessageView};
use conversation::Conversation;
use engine::Host as _;
use fields::FieldError;
use flow::Timestamp;
use futures::stream::{self, StreamExt as _};
use http::{Method, header};
use serde_json::json;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;
use store::{Kv, keys};
use uuid::Uuid;

/// Where the conversation's id is in the path.
const ID: usize = 6;
/// Between two looks at the log.
const LOOK: Duration = Duration::from_millis(500);
/// Between two heartbeats (contract/console-bimpe.md, section 5).
const HEARTBEAT: Duration = Duration::from_secs(20);
/// How long a stream lasts where the variable `stream_seconds` says nothing: some hosts end a request after 30 s.
const SECONDS: u64 = 25;
/// Messages that are read at once.
const TOGETHER: u64 = 50;

#[http_service]
async fn conversation_stream(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Console, methods: &[Method::GET] };
    api::serve(endpoint, request, open).await
}

async fn open(call: &mut Call) -> Result<Reply, Problem> {
    let (agent, id) = (call.agent_id()?, call.id(ID).ok_or_else(not_found)?);
    call.use_ticket(call.query("ticket").as_deref(), agent, id).await?;
    let host = Rc::clone(&call.host);
    let conversation = read(&host, id).await?.filter(|found| found.agent == Some(agent));
    let after = after(call, &conversation.ok_or_else(not_found)?).await?;
    let seconds = variable("stream_seconds").await.parse().unwrap_or(SECONDS);
    let now = host.monotonic();
    let follow = Follow {
        conversation: id,
        after,
        beat_at: now + HEARTBEAT,
        ends_at: now + Duration::from_secs(seconds),
        host,
    };
    // The head leaves with the first event: a reader that waits for it must not wait for a message.
    let hello = stream::once(async { Bytes::from_static(b": open\n\n") });
    let events = hello.chain(stream::unfold(follow, Follow::next));
    // Whoever has a ticket may read, from any page: it is what lets in, not a cookie.
    Ok(Reply::events(events.boxed_local()).with_header(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
}

/// The number of the last message that the reader has: the later of `after` and `Last-Event-ID`, since a browser that comes
/// again sends both; without either, of what is there now.
async fn after(call: &Call, conversation: &Conversation) -> Result<u64, Problem> {
    let log = LogReader::new(call.host.store(), conversation);
    let after = match call.query("after") {
        Some(after) => Some(number_of(&log, &after).await?.ok_or_else(unknown)?),
        None => None,
    };
    // A heartbeat's id is no message's.
    let last = match call.header("last-event-id").map(str::parse::<Uuid>) {
        Some(Ok(id)) => log.find(id).await?.map(|message| message.sequence),
        _ => None,
    };
    Ok(after.max(last).unwrap_or_else(|| log.count()))
}

async fn number_of<K: Kv>(log: &LogReader<'_, K>, after: &str) -> Result<Option<u64>, Problem> {
    if let Ok(id) = after.parse::<Uuid>() {
        let message = log.find(id).await?;
        let not_found = || Problem::NotFound("Message not found".to_owned());
        return message.map(|message| Some(message.sequence)).ok_or_else(not_found);
    }
    match Timestamp::parse_rfc3339(after) {
        Some(at) => Ok(Some(log.number_at(at).await?)),
        None => Ok(None),
    }
}

fn unknown() -> Problem {
    let message = "must be the id of a message of this conversation, or a time such as 2030-01-31T00:00:00.000Z";
    vec![FieldError::new("/after", message)].into()
}

async fn read(host: &SpinHost, id: Uuid) -> Result<Option<Conversation>, Problem> {
    Ok(host.store().read_json(&keys::conversation(&id.to_string())).await?)
}

/// A reader of a conversation.
struct Follow {
    host: Rc<SpinHost>,
    conversation: Uuid,
    /// The number of the last message that was sent.
    after: u64,
    beat_at: Duration,
    ends_at: Duration,
}

impl Follow {
    /// The next events, when there are any; `None` when the time is over, or the store fails.
    async fn next(mut self) -> Option<(Bytes, Self)> {
        loop {
            let now = self.host.monotonic();
            if now >= self.ends_at {
                return None;
            }
            let conversation = read(&self.host, self.conversation).await.ok()??;
            if conversation.sequence > self.after {
                let log = LogReader::new(self.host.store(), &conversation);
                let messages = log.range(self.after + 1, self.after + TOGETHER).await.ok()?;
                self.after = messages.last().map_or(conversation.sequence, |last| last.sequence);
                let events: String =
                    messages.iter().map(|message| event(conversation.id, message)).collect();
                if !events.is_empty() {
                    return Some((Bytes::from(events), self));
                }
            }
            if now >= self.beat_at {
                self.beat_at = now + HEARTBEAT;
                let ts = self.host.now().0;
                let beat = format!("id: 1\nevent: heartbeat\ndata: {{\"ts\":{ts}}}\n\n");
                return Some((Bytes::from(beat), self));
            }
            spin_sdk::time::sleep(LOOK).await;
        }
    }
}

fn event(conversation: Uuid, message: &conversation::Message) -> String {
    let shown = MessageView::of(conversation, message);
    let data = json!({
        "id": shown.id,
        "conversation_id": shown.conversation_id,
        "role": shown.role,
        "message": shown.message,
        "message_type": shown.message_type,
        "created_at": shown.created_at,
    });
    format!("id: {}\nevent: message\ndata: {data}\n\n", shown.id)
}

fn not_found() -> Problem {
    Problem::NotFound("Conversation not found".to_owned())
}
