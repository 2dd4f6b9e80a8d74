//! What the conversation endpoints of the console share: finding a conversation, and speaking in one.

use futures::future::LocalBoxFuture;
use std::borrow::Cow;
use std::rc::Rc;
use std::time::Duration;

use ::conversation::{Body, Conversation, Message, TurnError};
use ::engine::{Host as _, Place, Words, WordsError, request_event};
use agents::Agent;
use console::{MessageView, NewMessage, Role};
use http::StatusCode;
use serde::Serialize;
use store::keys;
use uuid::Uuid;

use crate::spin_host::engine;
use crate::{Call, Problem, Reply, Rule};

/// Where the conversation's id is in `/api/v1/console/agents/:id/conversations/:id`.
const ID: usize = 6;
/// How long an answer waits for the language model. The vendor's SDK waits 30 s.
const WAIT: Duration = Duration::from_secs(24);
/// How long to wait before looking whether another host is done.
const LOOK_AGAIN: Duration = Duration::from_millis(250);

impl Call {
    /// The conversation of the path, if it is the agent's.
    ///
    /// # Errors
    /// 404, for another agent's too.
    pub async fn conversation(&self, agent: &Agent) -> Result<Conversation, Problem> {
        let id = self.id(ID).ok_or_else(conversation_not_found)?;
        self.conversation_of(agent, id).await
    }

    /// A conversation, if it is the agent's.
    ///
    /// # Errors
    /// 404, for another agent's too.
    pub async fn conversation_of(&self, agent: &Agent, id: Uuid) -> Result<Conversation, Problem> {
        let key = keys::conversation(&id.to_string());
        let conversation: Option<Conversation> = self.host.store().read_json(&key).await?;
        let is_agents =
            |found: &Conversation| found.team == agent.team && found.agent == Some(agent.id);
        conversation.filter(is_agents).ok_or_else(conversation_not_found)
    }

    /// Takes what a contact says, and answers with the agent's reply; or says what a person writes.
    ///
    /// # Errors
    /// 400 where the channel is not configured, automation answers, or too much waits; 409 if the answer to the same
    /// request is not known any more.
    pub fn say<'a>(
        &'a mut self,
        agent: &'a Agent,
        place: Place,
        message: &'a NewMessage,
    ) -> LocalBoxFuture<'a, Result<Reply, Problem>> {
        Box::pin(async move {
            let begun = self.host.monotonic();
            let request = self.request_of(&agent.team).await?;
            let may_repeat = self.idempotency_header()?.is_some();
            let words = Words { agent, place, text: &message.message, request, may_repeat };
            let host = Rc::clone(&self.host);
            let engine = engine(&host).await;
            let committed = match message.role {
                Role::User => engine.hear(&words).await,
                Role::Assistant => engine.say(&words).await,
            };
            let committed = committed.map_err(words_problem)?;
            let conversation = &committed.conversation;
            let said = said(conversation, request, message.role).cloned().ok_or_else(forgotten)?;
            if message.role == Role::Assistant {
                let reply = shown(conversation, &said, &[]);
                self.deliver_later(vec![committed]);
                return Ok(reply);
            }
            let id = conversation.id;
            let conversation = if !waits(conversation, said.id) {
                let conversation = conversation.clone();
                self.deliver_later(vec![committed]);
                conversation
            } else {
                // Also where it was said before: what is due by now may be this commit's to do.
                self.deliver_now(committed, WAIT).await;
                self.when_answered(id, said.id, begun).await?
            };
            let said = conversation.message(said.id).unwrap_or(&said);
            Ok(shown(&conversation, said, &replies(&conversation, said)))
        })
    }

    /// The conversation when a message does not wait any more, nor its session for a call; or [`WAIT`] after the request
    /// came.
    async fn when_answered(
        &self,
        id: Uuid,
        message: Uuid,
        begun: Duration,
    ) -> Result<Conversation, Problem> {
        loop {
            let conversation = self.read_conversation(id).await?;
            let waited = self.host.monotonic().saturating_sub(begun);
            if !waits(&conversation, message) || waited > WAIT {
                return Ok(conversation);
            }
            spin_sdk::time::sleep(LOOK_AGAIN).await;
        }
    }

    async fn read_conversation(&self, id: Uuid) -> Result<Conversation, Problem> {
        let key = keys::conversation(&id.to_string());
        self.host.store().read_json(&key).await?.ok_or_else(conversation_not_found)
    }
}

/// What a request said.
fn said(conversation: &Conversation, request: Uuid, role: Role) -> Option<&Message> {
    let (id, event) = (request.to_string(), request_event(request));
    let is_it = |message: &&Message| match role {
        Role::User => message.provider_id.as_deref() == Some(id.as_str()),
        Role::Assistant => message.request == Some(event),
    };
    conversation.log.iter().rev().find(is_it)
}

/// Whether a message waits its turn, or for a call of the session that it went to.
pub(crate) fn waits(conversation: &Conversation, message: Uuid) -> bool {
    let session = conversation.message(message).and_then(|message| message.session);
    let is_queued = conversation.queue.iter().any(|waiting| waiting.message == message);
    let calls = conversation.calls.iter().any(|call| Some(call.session) == session);
    !conversation.paused && (is_queued || calls)
}

/// What was answered to a message: what was said since by the session that it went to; of a word of command, by none.
fn replies<'a>(conversation: &'a Conversation, heard: &Message) -> Vec<&'a Message> {
    let is_reply = |message: &&Message| {
        matches!(message.body, Body::Outbound { .. })
            && message.session == heard.session
            && message.request.is_none()
    };
    conversation.log.after(heard.sequence).filter(is_reply).collect()
}

/// What is answered to words.
#[derive(Serialize)]
struct Sent<'a> {
    message: &'static str,
    /// One message, as the hosted product has it: the last of the replies; what was said, where there is none.
    data: &'a MessageView,
    replies: &'a [MessageView],
}

fn shown(conversation: &Conversation, said: &Message, replies: &[&Message]) -> Reply {
    let view = |message: &Message| MessageView::of(conversation.id, message);
    let replies: Vec<MessageView> = replies.iter().map(|message| view(message)).collect();
    let data = replies.last().map_or_else(|| Cow::Owned(view(said)), Cow::Borrowed);
    let message = "Message sent successfully";
    Reply::json(StatusCode::CREATED, &Sent { message, data: &data, replies: &replies })
}

/// There is no such conversation, or it is another team's.
#[must_use]
pub fn conversation_not_found() -> Problem {
    Problem::NotFound("Conversation not found".to_owned())
}

fn forgotten() -> Problem {
    let message =
        "This Idempotency-Key was used before, and what was answered is not known any more.";
    Problem::Conflict(Rule::new("conflict", message))
}

/// What the console says of words that were not taken.
#[must_use]
pub fn words_problem(error: WordsError) -> Problem {
    match error {
        WordsError::NoChannel(channel) => {
            let message = format!("{} channel is not configured for this agent", channel.as_str());
            Problem::Rule(Rule::new("channel_not_configured", message))
        }
        WordsError::NotFound => conversation_not_found(),
        WordsError::Turn(TurnError::NotPaused) => Problem::rule(
            "A person may only write while the AI is paused: set is_ai_chat_paused to true first.",
        ),
        WordsError::Turn(TurnError::KeyReused) => Problem::key_reused(),
        WordsError::Turn(TurnError::Unavailable) => Problem::Internal(error.to_string()),
        WordsError::Turn(error) => Problem::rule(error.to_string()),
        WordsError::Engine(error) => error.into(),
    }
}
