//! A conversation's messages as server-sent events, as they are said.
//!
//! There is nothing that a store could tell a reader by: the log is looked at again and again. The stream ends before
//! the host would end it; its reader comes again, after the last message it has.

use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use console::LogReader;
use conversation::{Conversation, Message};
use engine::Host as _;
use fields::FieldError;
use flow::Timestamp;
use futures::stream::{self, StreamExt as _};
use serde_json::Value;
use store::{Kv, keys};
use uuid::Uuid;

use crate::{Call, Problem, Reply, SpinHost, variable};

/// Between two looks at the log.
const LOOK: Duration = Duration::from_millis(500);
/// Between two heartbeats (contract/console-bimpe.md, section 5).
const HEARTBEAT: Duration = Duration::from_secs(20);
/// How long a stream lasts where the variable `stream_seconds` says nothing: some hosts end a request after 30 s.
const SECONDS: u64 = 25;
/// Messages that are read at once.
const TOGETHER: u64 = 50;

impl Call {
    /// The messages of a conversation from the one on that the reader has: the later of the query's `after` and
    /// `Last-Event-ID`, since a browser that comes again sends both; without either, from now on. `show` makes the data
    /// of an event.
    ///
    /// # Errors
    /// 404 if `after` is no message of the conversation, 400 if it is neither an id nor a time.
    pub async fn stream(
        &self,
        conversation: &Conversation,
        show: fn(Uuid, &Message) -> Value,
    ) -> Result<Reply, Problem> {
        let after = self.after(conversation).await?;
        let seconds = variable("stream_seconds").await.parse().unwrap_or(SECONDS);
        let host = Rc::clone(&self.host);
        let now = host.monotonic();
        let follow = Follow {
            conversation: conversation.id,
            after,
            show,
            beat_at: now + HEARTBEAT,
            ends_at: now + Duration::from_secs(seconds),
            host,
        };
        // The head leaves with the first event: a reader that waits for it must not wait for a message.
        let hello = stream::once(async { Bytes::from_static(b": open\n\n") });
        let events = hello.chain(stream::unfold(follow, Follow::next));
        Ok(Reply::events(events.boxed_local()))
    }

    /// The number of the last message that the reader has.
    async fn after(&self, conversation: &Conversation) -> Result<u64, Problem> {
        let log = LogReader::new(self.host.store(), conversation);
        let after = match self.query("after") {
            Some(after) => Some(number_of(&log, &after).await?.ok_or_else(unknown)?),
            None => None,
        };
        // A heartbeat's id is no message's.
        let last = match self.header("last-event-id").map(str::parse::<Uuid>) {
            Some(Ok(id)) => log.find(id).await?.map(|message| message.sequence),
            _ => None,
        };
        Ok(after.max(last).unwrap_or_else(|| log.count()))
    }
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

/// A reader of a conversation.
struct Follow {
    host: Rc<SpinHost>,
    conversation: Uuid,
    /// The number of the last message that was sent.
    after: u64,
    show: fn(Uuid, &Message) -> Value,
    beat_at: Duration,
    ends_at: Duration,
}

impl Follow {
    /// The next events, when there are any; `None` when the time is over, or the store fails.
    async fn next(mut self) -> Option<(Bytes, Self)> {
        let key = keys::conversation(&self.conversation.to_string());
        loop {
            let now = self.host.monotonic();
            if now >= self.ends_at {
                return None;
            }
            let conversation: Option<Conversation> =
                self.host.store().read_json(&key).await.ok()?;
            let conversation = conversation?;
            if conversation.sequence > self.after {
                let log = LogReader::new(self.host.store(), &conversation);
                let messages = log.range(self.after + 1, self.after + TOGETHER).await.ok()?;
                self.after = messages.last().map_or(conversation.sequence, |last| last.sequence);
                let events: String = messages.iter().map(|message| self.event(message)).collect();
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

    fn event(&self, message: &Message) -> String {
        let data = (self.show)(self.conversation, message);
        format!("id: {}\nevent: message\ndata: {data}\n\n", message.id)
    }
}
