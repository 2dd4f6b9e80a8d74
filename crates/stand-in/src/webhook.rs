//! The webhooks that the provider sends, signed as it signs them (page: webhooks/reference/messages).

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::{Request, Response};
use serde_json::{Value, json};

/// What the contact sees as our number; any will do.
const DISPLAY_NUMBER: &str = "15550783881";
/// How long the host may take to answer a webhook.
const PATIENCE: Duration = Duration::from_secs(60);

/// Something new for a contact's message, or one of ours: no two are the same.
pub fn new_message_id() -> String {
    format!("wamid.{}", uuid::Uuid::new_v4().simple())
}

/// A webhook in the making: one account or several, one update or up to a thousand.
#[derive(Clone, Debug)]
pub struct Webhook {
    changes: Vec<Change>,
}

#[derive(Clone, Debug)]
struct Change {
    account: String,
    contacts: Vec<Value>,
    messages: Vec<Value>,
    statuses: Vec<Value>,
}

/// A body and its `X-Hub-Signature-256`. The same one posted again is a redelivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedWebhook {
    /// The raw body.
    pub body: Vec<u8>,
    /// The header's value.
    pub signature: String,
}

impl Webhook {
    /// Updates of the account `account`, a phone number id.
    pub fn new(account: impl Into<String>) -> Self {
        let account = account.into();
        let (contacts, messages, statuses) = Default::default();
        Self { changes: vec![Change { account, contacts, messages, statuses }] }
    }

    /// And a contact's message.
    #[must_use]
    pub fn message(mut self, message: &Inbound) -> Self {
        if let Some(change) = self.changes.last_mut() {
            change.contacts.push(message.contact());
            change.messages.push(message.to_json());
        }
        self
    }

    /// And a status of a message of ours.
    #[must_use]
    pub fn status(mut self, status: &Status) -> Self {
        if let Some(change) = self.changes.last_mut() {
            change.statuses.push(status.to_json());
        }
        self
    }

    /// And the updates of another one, which may be of another account.
    #[must_use]
    pub fn and(mut self, other: Webhook) -> Self {
        self.changes.extend(other.changes);
        self
    }

    /// The body, with everything but ASCII escaped, and slashes too, as the provider writes them: whoever
    /// parses it and writes it again to check the signature fails.
    pub fn body(&self) -> Vec<u8> {
        let changes: Vec<Value> = self.changes.iter().map(Change::to_json).collect();
        let body = json!({
            "object": "whatsapp_business_account",
            "entry": [{"id": "102290129340398", "changes": changes}],
        });
        escape(&body.to_string()).into_bytes()
    }

    /// The body, signed with `app_secret`.
    pub fn sign(&self, app_secret: &str) -> SignedWebhook {
        let body = self.body();
        let signature = channels::whatsapp::sign(app_secret, &body);
        SignedWebhook { body, signature }
    }
}

impl SignedWebhook {
    /// Posts it to `{origin}/channels/whatsapp/{account}/webhook`.
    ///
    /// # Errors
    /// When there is no answer, or `origin` is no `http://` origin.
    pub async fn post(&self, origin: &str, account: &str) -> anyhow::Result<Response<Vec<u8>>> {
        let origin = origin.trim_end_matches('/');
        let request = Request::post(format!("{origin}/channels/whatsapp/{account}/webhook"))
            .header("content-type", "application/json")
            .header("x-hub-signature-256", &self.signature)
            .body(self.body.clone())?;
        crate::exchange(request, PATIENCE).await
    }
}

impl Change {
    fn to_json(&self) -> Value {
        let mut value = json!({
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": DISPLAY_NUMBER, "phone_number_id": self.account},
        });
        let lists = [
            ("contacts", &self.contacts),
            ("messages", &self.messages),
            ("statuses", &self.statuses),
        ];
        for (name, list) in lists {
            if !list.is_empty() {
                value[name] = list.clone().into();
            }
        }
        json!({"field": "messages", "value": value})
    }
}

/// A message from a contact.
#[derive(Clone, Debug)]
pub struct Inbound {
    from: String,
    name: String,
    id: String,
    at: u64,
    answers: Option<String>,
    kind: &'static str,
    part: Value,
}

impl Inbound {
    /// A text.
    pub fn text(from: &str, body: &str) -> Self {
        Self::new(from, "text", json!({"body": body}))
    }

    /// A tap on a quick reply of a template.
    pub fn quick_reply(from: &str, payload: &str, text: &str) -> Self {
        Self::new(from, "button", json!({"payload": payload, "text": text}))
    }

    /// A tap on a reply button.
    pub fn button(from: &str, id: &str, title: &str) -> Self {
        let reply = json!({"id": id, "title": title});
        Self::new(from, "interactive", json!({"type": "button_reply", "button_reply": reply}))
    }

    /// A row chosen from a list.
    pub fn row(from: &str, id: &str, title: &str) -> Self {
        let reply = json!({"id": id, "title": title});
        Self::new(from, "interactive", json!({"type": "list_reply", "list_reply": reply}))
    }

    /// A message of another type: the provider's object of that type. `from` is a phone number, with or without
    /// its `+`.
    pub fn new(from: &str, kind: &'static str, part: Value) -> Self {
        Self {
            from: from.trim_start_matches('+').into(),
            name: "Stand-in".into(),
            id: new_message_id(),
            at: seconds_now(),
            answers: None,
            kind,
            part,
        }
    }

    /// With this message id instead of a new one.
    #[must_use]
    pub fn id(self, id: impl Into<String>) -> Self {
        Self { id: id.into(), ..self }
    }

    /// With this profile name.
    #[must_use]
    pub fn name(self, name: impl Into<String>) -> Self {
        Self { name: name.into(), ..self }
    }

    /// Sent at this time, in seconds since 1970, instead of now.
    #[must_use]
    pub fn at(self, at: u64) -> Self {
        Self { at, ..self }
    }

    /// As the answer to a message of ours (`context.id`), as every tap is.
    #[must_use]
    pub fn answering(self, id: impl Into<String>) -> Self {
        Self { answers: Some(id.into()), ..self }
    }

    fn contact(&self) -> Value {
        json!({"profile": {"name": self.name}, "wa_id": self.from})
    }

    fn to_json(&self) -> Value {
        let mut message = json!({
            "from": self.from,
            "id": self.id,
            "timestamp": self.at.to_string(),
            "type": self.kind,
            self.kind: self.part,
        });
        if let Some(id) = &self.answers {
            message["context"] = json!({"from": DISPLAY_NUMBER, "id": id});
        }
        message
    }
}

/// What became of a message of ours.
#[derive(Clone, Debug)]
pub struct Status {
    status: Value,
}

impl Status {
    /// `status` is `sent`, `delivered`, `read`, `failed` or `played`; `id` the message id of the answer to the
    /// sending; `recipient` its `wa_id`.
    pub fn new(id: &str, status: &str, recipient: &str) -> Self {
        let recipient = recipient.trim_start_matches('+');
        let timestamp = seconds_now().to_string();
        let status =
            json!({"id": id, "status": status, "timestamp": timestamp, "recipient_id": recipient});
        Self { status }
    }

    /// The status of a message that was received here, with its callback data.
    pub fn of(message: &crate::SentMessage, status: &str) -> Self {
        let of = Self::new(message.id.as_deref().unwrap_or_default(), status, message.to());
        match message.callback_data() {
            Some(data) => of.callback_data(data),
            None => of,
        }
    }

    /// At this time, in seconds since 1970, instead of now.
    #[must_use]
    pub fn at(mut self, at: u64) -> Self {
        self.status["timestamp"] = at.to_string().into();
        self
    }

    /// With the message's `biz_opaque_callback_data`.
    #[must_use]
    pub fn callback_data(mut self, data: &str) -> Self {
        self.status["biz_opaque_callback_data"] = data.into();
        self
    }

    /// With the provider's error, for `failed`.
    #[must_use]
    pub fn error(mut self, code: i64, title: &str) -> Self {
        let details = json!({"details": title});
        self.status["errors"] =
            json!([{"code": code, "title": title, "message": title, "error_data": details}]);
        self
    }

    fn to_json(&self) -> Value {
        self.status.clone()
    }
}

fn seconds_now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// In JSON neither slashes nor anything beyond ASCII stand outside of strings.
fn escape(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for char in json.chars() {
        match char {
            '/' => escaped.push_str("\\/"),
            _ if char.is_ascii() => escaped.push(char),
            _ => {
                for unit in char.encode_utf16(&mut [0; 2]) {
                    escaped.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use channels::whatsapp::{self, UpdateKind};
    use flow::ReplyKind;

    use super::*;

    fn parsed(webhook: &Webhook) -> Vec<whatsapp::Update> {
        whatsapp::parse(&webhook.body()).unwrap()
    }

    #[test]
    fn our_own_parser_reads_every_kind_of_message() {
        let from = "+14155550123";
        let webhook = Webhook::new("1")
            .message(&Inbound::text(from, "naïve 😀 a/b").id("wamid.1").name("Ana").at(7))
            .message(&Inbound::quick_reply(from, "finish", "Finish").answering("wamid.sent"))
            .message(&Inbound::button(from, "yes", "Yes"))
            .message(&Inbound::row(from, "post", "Post"));
        let messages: Vec<_> = parsed(&webhook)
            .into_iter()
            .map(|update| match update.kind {
                UpdateKind::Message(message) => message,
                other => panic!("{other:?}"),
            })
            .collect();
        let replies: Vec<_> = messages
            .iter()
            .map(|m| (m.reply.kind, m.reply.text.as_str(), m.reply.payload.as_deref()))
            .collect();
        assert_eq!(
            replies,
            [
                (ReplyKind::Text, "naïve 😀 a/b", None),
                (ReplyKind::Button, "Finish", Some("finish")),
                (ReplyKind::Button, "Yes", Some("yes")),
                (ReplyKind::List, "Post", Some("post")),
            ]
        );
        assert_eq!(
            (messages[0].id.as_str(), messages[0].name.as_deref()),
            ("wamid.1", Some("Ana"))
        );
        assert_eq!(messages[0].from.wa_id.as_deref(), Some("14155550123"));
        assert_eq!(messages[0].timestamp, Some(flow::Timestamp(7_000)));
        assert_eq!(messages[1].context_id.as_deref(), Some("wamid.sent"));
        assert_ne!(messages[2].id, messages[3].id);
    }

    #[test]
    fn a_batch_keeps_its_accounts_and_its_order() {
        let status =
            Status::new("wamid.9", "failed", "+1").callback_data("m1").error(131_026, "No");
        let webhook = Webhook::new("1")
            .status(&status)
            .and(Webhook::new("2").message(&Inbound::text("+1", "hi")));
        let updates = parsed(&webhook);
        let accounts: Vec<_> = updates.iter().map(|update| update.account.as_str()).collect();
        assert_eq!(accounts, ["1", "2"]);
        let UpdateKind::Status(status) = &updates[0].kind else { panic!("{updates:?}") };
        assert_eq!(status.callback_data.as_deref(), Some("m1"));
        assert_eq!(status.error.as_ref().map(|error| error.code), Some(131_026));
    }

    #[test]
    fn the_signature_is_of_the_raw_body() {
        let signed = Webhook::new("1").message(&Inbound::text("+1", "é/")).sign("secret");
        let header = Some(signed.signature.as_str());
        assert!(whatsapp::signature_matches("secret", header, &signed.body));
        let value: Value = serde_json::from_slice(&signed.body).unwrap();
        let rewritten = serde_json::to_vec(&value).unwrap();
        assert!(!whatsapp::signature_matches("secret", header, &rewritten));
    }
}
