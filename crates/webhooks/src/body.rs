//! What a webhook is told: the body of each event, in the words of the surface that the webhook is of. Messages, contacts
//! and sessions have the shapes that the API shows them in.

use contacts::ContactView;
use conversation::{Body, Contact, Conversation, Message, Notice, NoticeEvent, SessionStatus};
use flow::{Kind, Timestamp};
use polling::{OfFlow, OfSequence, Ran};
use serde_json::{Map, Value, json};
use teams::Tenant;
use uuid::Uuid;

use crate::Surface;

/// What a notice is about, as it is when it is told.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Where it happened.
    pub conversation: &'a Conversation,
    /// With whom; absent where the contact is gone.
    pub contact: Option<&'a Contact>,
    /// The contact as the API shows it, where the notice is of a message that came.
    pub contact_view: Option<&'a ContactView>,
    /// The message, where the notice is of one, and it is known.
    pub message: Option<&'a Message>,
}

impl Subject<'_> {
    /// The body of a notice. `None`: what it is about is gone, and nothing is left to be told.
    #[must_use]
    pub fn body(&self, notice: &Notice, surface: Surface) -> Option<Value> {
        let told = match (surface, notice.event) {
            (Surface::Trigger, _) => self.in_trigger(notice)?,
            (_, NoticeEvent::MessageReceived) => self.received()?,
            (_, event) => match session_status(event) {
                Some(status) => self.session(notice, status)?,
                None => self.status(notice)?,
            },
        };
        let mut body = match surface {
            Surface::Actions => json!({
                "event": notice.event,
                "id": notice.id,
                "timestamp": notice.at.to_rfc3339(),
                "tenant_id": Tenant::of(&self.conversation.team).id,
            }),
            Surface::Trigger => json!({
                "event": notice.event,
                "webhookId": notice.webhook,
                "id": notice.id,
                "timestamp": notice.at,
            }),
        };
        if let Value::Object(body) = &mut body {
            body.extend(told);
        }
        Some(body)
    }

    /// `{message, contact}`.
    fn received(&self) -> Option<Map<String, Value>> {
        let view = polling::message_view(self.message?.clone(), self.conversation, self.contact);
        Some(fields(json!({"message": view, "contact": self.contact_view})))
    }

    /// `{message_id, whatsapp_message_id}`, and `{error_code, error_message}` of what failed.
    fn status(&self, notice: &Notice) -> Option<Map<String, Value>> {
        let provider_id = self.message.and_then(|message| message.provider_id.as_deref());
        let mut told =
            fields(json!({"message_id": notice.about?, "whatsapp_message_id": provider_id}));
        if notice.event == NoticeEvent::MessageFailed {
            let error = self.message.and_then(|message| message.error.as_ref());
            told.insert("error_code".to_owned(), error.map(|error| code(&error.code)).into());
            told.insert("error_message".to_owned(), error.map(|e| e.message.clone()).into());
        }
        Some(told)
    }

    /// `{session}` in the words of its kind's list, `{outcome}` of what was completed, `{error_code, error_message}` of what
    /// failed.
    fn session(&self, notice: &Notice, status: SessionStatus) -> Option<Map<String, Value>> {
        match notice.session.as_ref().map(|session| session.kind) {
            Some(Kind::Sequence) => self.session_of::<OfSequence>(notice, status),
            _ => self.session_of::<OfFlow>(notice, status),
        }
    }

    fn session_of<R: Ran>(
        &self,
        notice: &Notice,
        status: SessionStatus,
    ) -> Option<Map<String, Value>> {
        let id = notice.about?;
        let session = self.conversation.sessions.iter().find(|session| session.id == id);
        let mut view = match session {
            Some(session) => polling::session_view::<R>(self.conversation, session, self.contact),
            None => polling::forgotten_session::<R>(self.conversation, notice, self.contact)?,
        };
        // As it was then; the rest is as it is now.
        view.status = status;
        if status == SessionStatus::Running {
            view.completed_at = None;
        }
        let mut told = fields(json!({"session": view}));
        if status == SessionStatus::Completed {
            let outcome = session.and_then(|session| session.outcome.clone());
            told.insert("outcome".to_owned(), outcome.into());
        }
        if status == SessionStatus::Failed {
            let error = session.and_then(|session| session.error.as_ref());
            told.insert("error_code".to_owned(), error.map(|e| e.code.clone()).into());
            told.insert("error_message".to_owned(), error.map(|e| e.message.clone()).into());
        }
        Some(told)
    }

    /// The two events of the trigger API: the conversation, and the message of the one that is about one.
    fn in_trigger(&self, notice: &Notice) -> Option<Map<String, Value>> {
        let account = self.conversation.account.as_str();
        let address = self.conversation.address.as_str();
        let customer = address.trim_start_matches('+').trim_start_matches("id:");
        let mut told = fields(json!({
            "participantsIdentifiers": format!("{account}#{customer}"),
            "phoneNumberId": account,
            "customerPhoneNumberId": customer,
        }));
        if notice.event == NoticeEvent::MessagesCreated {
            told.insert("message".to_owned(), trigger_message(self.message?));
        }
        Some(told)
    }
}

/// The first notice of a webhook of the actions API, which it is sent when it is created.
#[must_use]
pub fn test_body(webhook: Uuid, id: Uuid, at: Timestamp) -> Value {
    json!({
        "event": "webhook.test",
        "id": id,
        "webhook_id": webhook,
        "timestamp": at.to_rfc3339(),
    })
}

/// A message, with those fields of the trigger API's own that say what it is.
fn trigger_message(message: &Message) -> Value {
    let (direction, kind) = match &message.body {
        Body::Inbound { kind, .. } => ("inbound", Value::from(kind.as_str())),
        Body::Outbound { content } => ("outbound", json!(content)["type"].take()),
    };
    json!({
        "messageId": message.id,
        "createdAt": message.at,
        "messageDirection": direction,
        "type": kind,
        "message": message.words(),
        "status": message.status,
    })
}

fn session_status(event: NoticeEvent) -> Option<SessionStatus> {
    match event {
        NoticeEvent::FlowStarted => Some(SessionStatus::Running),
        NoticeEvent::FlowCompleted => Some(SessionStatus::Completed),
        NoticeEvent::FlowExpired => Some(SessionStatus::Expired),
        NoticeEvent::FlowFailed => Some(SessionStatus::Failed),
        _ => None,
    }
}

/// A provider's code is a number, ours a word.
fn code(code: &str) -> Value {
    code.parse::<i64>().map_or_else(|_| code.into(), Value::from)
}

fn fields(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}
