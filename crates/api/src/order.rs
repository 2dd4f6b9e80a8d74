//! What the sending endpoints of the actions and the trigger APIs share: the account, the message, and what the provider said of it.

use std::rc::Rc;
use std::time::Duration;

use ::actions::SentView;
use ::conversation::{Conversation, E164, Message, MessageError, MessageStatus, TurnError};
use ::engine::{Host as _, Key, OrderError, OrderRequest, Ordered, TemplatesError};
use fields::FieldError;
use flow::Content;
use futures::future::LocalBoxFuture;
use http::StatusCode;
use store::keys;
use teams::Account;
use templates::Refusal;
use uuid::Uuid;

use crate::spin_host::engine;
use crate::{Call, Problem, Reply, Rule};

/// How long an answer waits for the provider's: clients commonly wait 30 s.
const WAIT: Duration = Duration::from_secs(24);
/// How long to wait before looking whether another host has sent it.
const LOOK_AGAIN: Duration = Duration::from_millis(250);
/// What is said of a receiver that is no phone, nor an id that is known.
const NO_CUSTOMER: &str =
    "must be a phone number with its country code, such as 972501234567, or the id of a customer";

impl Call {
    /// The account that a team sends from.
    ///
    /// # Errors
    /// 422 where it has none.
    pub async fn whatsapp_account(&self, team: &str) -> Result<Account, Problem> {
        let account = engine(&self.host).await.sending_account(team, None).await?;
        account.ok_or_else(|| Problem::rule("No WhatsApp account configured"))
    }

    /// Sends a message, and answers what the provider said of it. Where it says nothing in time the message stays in the
    /// outbox: it is `queued`, not refused, since a client that sent it again would send it twice.
    ///
    /// # Errors
    /// 422 with the provider's code and text where it refuses, or we know that it would; 409 for an `Idempotency-Key` that
    /// was used with another body.
    pub fn send_message<'a>(
        &'a mut self,
        account: &'a Account,
        phone: &'a E164,
        content: Content,
    ) -> LocalBoxFuture<'a, Result<Reply, Problem>> {
        Box::pin(async move {
            let begun = self.host.monotonic();
            let ordered = self.order(account, phone.as_str(), content, None).await?;
            let Ordered { message, contact, committed } = ordered;
            let id = committed.conversation.id;
            let conversation = match committed.conversation.is_leaving(message) {
                true => self.deliver_now(committed.awaiting(message), WAIT).await,
                false => {
                    let conversation = committed.conversation.clone();
                    self.deliver_later(vec![committed]);
                    Some(conversation)
                }
            };
            let conversation = self.when_left(id, message, conversation, begun).await?;
            let sent = conversation.message(message).ok_or_else(forgotten)?;
            self.sent(sent, contact)
        })
    }

    /// Puts a message into the outbox, once for an `Idempotency-Key`. `address` is E.164, or `id:` and an id of WhatsApp's.
    ///
    /// # Errors
    /// 422 (400 on the trigger surface) for an id that is no contact's, a contact that opted out, and where too much waits;
    /// 409 for an `Idempotency-Key` that was used with another body.
    pub fn order<'a>(
        &'a mut self,
        account: &'a Account,
        address: &'a str,
        content: Content,
        reply_to: Option<&'a str>,
    ) -> LocalBoxFuture<'a, Result<Ordered, Problem>> {
        Box::pin(async move {
            let key = self.idempotency_header()?.map(str::to_owned);
            let (route, raw) = (self.route(), self.raw().await?.to_vec());
            let key = key.as_deref().map(|key| Key { key, route: &route, body: &raw });
            let request = OrderRequest { account, address, content, reply_to, key };
            let host = Rc::clone(&self.host);
            engine(&host).await.order(&request).await.map_err(order_problem)
        })
    }

    /// The conversation when a message is not on its way any more, whoever sends it, or after [`WAIT`].
    async fn when_left(
        &self,
        id: Uuid,
        message: Uuid,
        known: Option<Conversation>,
        begun: Duration,
    ) -> Result<Conversation, Problem> {
        let mut known = known;
        loop {
            let conversation = match known.take() {
                Some(conversation) => conversation,
                None => self.stored(id).await?,
            };
            let waited = self.host.monotonic().saturating_sub(begun);
            if !conversation.is_leaving(message) || waited > WAIT {
                return Ok(conversation);
            }
            spin_sdk::time::sleep(LOOK_AGAIN).await;
        }
    }

    async fn stored(&self, id: Uuid) -> Result<Conversation, Problem> {
        let key = keys::conversation(&id.to_string());
        let stored = self.host.store().read_json(&key).await?;
        stored.ok_or_else(|| Problem::Internal(format!("{key} is gone")))
    }

    fn sent(&mut self, message: &Message, contact: Uuid) -> Result<Reply, Problem> {
        if let Some(problem) = failure(message) {
            return Err(problem);
        }
        let status = match message.status {
            MessageStatus::Queued => {
                // With the same key again, the answer is what has become of it by then.
                self.claim = None;
                "queued"
            }
            _ => "sent",
        };
        let sent = SentView {
            id: message.id,
            status,
            whatsapp_message_id: message.provider_id.clone(),
            contact_id: contact,
        };
        Ok(Reply::json(StatusCode::OK, &sent))
    }
}

/// What is said where there are no templates.
#[must_use]
pub fn templates_problem(error: TemplatesError) -> Problem {
    match error {
        TemplatesError::NoBusinessAccount => Problem::rule(
            "The WhatsApp account has no business_account_id: the operator sets it with POST /ops/channels",
        ),
        TemplatesError::NoSecretsKey => Problem::NotConfigured("secrets_key"),
        TemplatesError::NoCredentials => Problem::WrongKey,
        TemplatesError::Refused(Refusal { code, message }) => {
            Problem::Rule(Rule::new("refused", message).with("code", code))
        }
        TemplatesError::Unavailable => Problem::Unavailable,
        TemplatesError::Engine(error) => error.into(),
    }
}

/// What is said of a message that failed; nothing of any other.
#[must_use]
pub fn failure(message: &Message) -> Option<Problem> {
    let not_delivered = || Problem::rule("The message was not delivered");
    let is_failed = message.status == MessageStatus::Failed;
    is_failed.then(|| message.error.as_ref().map_or_else(not_delivered, failed))
}

/// The provider's code and text, or ours where it was not asked.
fn failed(error: &MessageError) -> Problem {
    if error.code == MessageError::OPTED_OUT {
        return opted_out();
    }
    let rule = Rule::new("refused", error.message.clone());
    Problem::Rule(match error.code.parse::<i64>() {
        Ok(code) => rule.with("code", code),
        Err(_) => rule,
    })
}

fn opted_out() -> Problem {
    Problem::Rule(Rule::new("opted_out", "Contact has opted out of messages"))
}

fn order_problem(error: OrderError) -> Problem {
    match error {
        // Only the trigger surface takes ids.
        OrderError::NoContact => vec![FieldError::new("/receiver", NO_CUSTOMER)].into(),
        OrderError::Turn(TurnError::OptedOut) => opted_out(),
        OrderError::Turn(TurnError::KeyReused) => Problem::key_reused(),
        OrderError::Turn(error) => Problem::rule(error.to_string()),
        OrderError::Engine(error) => error.into(),
    }
}

fn forgotten() -> Problem {
    let message = "This Idempotency-Key was used before, and what became of the message is not known any more.";
    Problem::Conflict(Rule::new("conflict", message))
}
