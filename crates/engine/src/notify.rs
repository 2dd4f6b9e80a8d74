//! Telling webhooks: after messages and calls, several at the same time, and what came of all of them in one commit.

use std::time::Duration;

use console::LogReader;
use contacts::ContactView;
use conversation::{
    Contact, Conversation, Notice, NoticeEvent, Noticed, Settled, Subscription, Turn,
};
use futures::future::join_all;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Request, StatusCode};
use serde_json::Value;
use store::StoreError;
use uuid::Uuid;
use webhooks::{Subject, Test, Webhook, Webhooks};

use crate::calls::outbound;
use crate::deliver::{Delivered, HOLD, What};
use crate::programs::Loaded;
use crate::turn::Committed;
use crate::{Answer, Engine, EngineError, Host, SendError};

/// To the end of a receiver's answer: issue 6.
const WITHIN: Duration = Duration::from_secs(10);
/// The same of the first notice, for whose answer the creation waits.
const TEST_WITHIN: Duration = Duration::from_secs(5);
/// Notices of one conversation that are told at the same time.
const TOGETHER: usize = 8;

/// Conversations whose webhooks are told at the same time: receivers that are down take [`WITHIN`] each.
const CONVERSATIONS_TOGETHER: usize = 16;

/// What a notice is told with.
enum Prepared {
    Request(Box<Request<Vec<u8>>>),
    /// Nobody is to be asked.
    Decided(Noticed),
}

/// What a webhook that is told can be told of the contact, read once for all that is told.
#[derive(Default)]
struct With {
    contact: Option<Contact>,
    view: Option<ContactView>,
}

impl<H: Host> Engine<'_, H> {
    /// Tells webhooks what a turn holds for them; then does what came in behind it meanwhile. Stops when its time is over,
    /// or the store fails: the sweep goes on then.
    ///
    /// The conversation as it is then, as far as this knows.
    pub async fn notify(&self, mut hand: Delivered) -> Conversation {
        loop {
            match self.notify_held(&hand).await {
                Ok(Some(settled)) => hand.take(settled),
                Ok(None) => return hand.conversation,
                Err(error) => {
                    let id = hand.conversation.id;
                    self.host.log(&format!("conversation {id}: {error}"));
                    return hand.conversation;
                }
            }
            self.go_on(&mut hand).await;
        }
    }

    /// [`Self::notify`] of many.
    pub async fn notify_all(&self, delivered: impl IntoIterator<Item = Delivered>) {
        let mut delivered = delivered.into_iter().peekable();
        while delivered.peek().is_some() {
            let some = delivered.by_ref().take(CONVERSATIONS_TOGETHER);
            join_all(some.map(|hand| self.notify(hand))).await;
        }
    }

    /// Commits with a turn what webhooks are to be told of it. One read, in the first commit of a delivery that has any
    /// news.
    pub(crate) async fn announce_news(
        &self,
        turn: &mut Turn<'_, Loaded>,
        conversation: &mut Conversation,
        subscribed: &mut Option<Vec<Subscription>>,
    ) -> Result<(), StoreError> {
        let news = turn.news(conversation);
        if news.is_empty() {
            return Ok(());
        }
        let subscriptions = match subscribed {
            Some(known) => known,
            None => {
                let read = webhooks::subscriptions(self.host.store(), &conversation.team).await?;
                subscribed.insert(read)
            }
        };
        turn.notify(conversation, &news, subscriptions);
        Ok(())
    }

    /// Why a webhook may not be at this address.
    ///
    /// # Errors
    /// The reason, for the team.
    pub async fn check_webhook(&self, url: &str) -> Result<(), String> {
        outbound::check_webhook(url, self.allows_private_webhooks().await).map(drop)
    }

    /// Tells a webhook that it is created, and waits for its answer.
    pub async fn test_webhook(&self, webhook: &Webhook, secret: &str) -> Test {
        let now = self.host.now();
        let body = webhooks::test_body(webhook.id, self.host.random(), now);
        let request = match self.request(webhook, secret, "webhook.test", &body).await {
            Ok(request) => request,
            Err(why) => return Test { delivered: false, status: None, error: Some(why) },
        };
        let answered = self.host.send(request, TEST_WITHIN).await;
        let (status, error) = match &answered {
            Ok(answer) if is_taken(answer) => (Some(answer.status), None),
            Ok(answer) => {
                let why = format!("it answered {}, and 200 to 299 is wanted", answer.status);
                (Some(answer.status), Some(why))
            }
            Err(SendError::NotSent(why)) => (None, Some(format!("it cannot be reached: {why}"))),
            Err(SendError::Unanswered(why)) => (None, Some(format!("it did not answer: {why}"))),
        };
        Test { delivered: error.is_none(), status, error }
    }

    async fn allows_private_webhooks(&self) -> bool {
        let given = self.host.variable("allow_private_webhooks").await;
        ["true", "yes", "1"].contains(&given.as_str())
    }

    /// Tells what is held. `None`: nothing is, or no time is left.
    async fn notify_held(
        &self,
        hand: &Delivered,
    ) -> Result<Option<Committed<Settled>>, EngineError> {
        let held: Vec<&Notice> = hand.conversation.held_notices(hand.turn).collect();
        if held.is_empty() || self.time_is_over(hand) {
            return Ok(None);
        }
        // All that is read, before anybody is told: what was told must be recorded.
        let webhooks = webhooks::load(self.host.store(), &hand.conversation.team).await?;
        let with = self.read_contact(&hand.conversation, &held).await?;
        let mut prepared = Vec::new();
        for notice in held {
            prepared.push((notice, self.prepare_notice(hand, notice, &webhooks, &with).await?));
        }
        let mut told = Vec::new();
        let mut prepared = prepared.into_iter().peekable();
        while prepared.peek().is_some() {
            let some = prepared.by_ref().take(TOGETHER);
            let outcomes = some.map(|(notice, prepared)| self.tell_one(hand, notice, prepared));
            told.extend(join_all(outcomes).await.into_iter().flatten());
        }
        if told.is_empty() {
            return Ok(None);
        }
        self.tell(hand, None, &What::Noticed(told)).await
    }

    fn time_is_over(&self, hand: &Delivered) -> bool {
        self.host.monotonic().saturating_sub(hand.at) > HOLD
    }

    /// The contact, where something is told of it.
    async fn read_contact(
        &self,
        conversation: &Conversation,
        held: &[&Notice],
    ) -> Result<With, EngineError> {
        let is_received = |notice: &&&Notice| notice.event == NoticeEvent::MessageReceived;
        if !held.iter().any(|notice| notice.session.is_some() || is_received(&notice)) {
            return Ok(With::default());
        }
        let contact = self.contact(&conversation.team, conversation.contact_id).await?;
        let view = match contact.as_ref().filter(|_| held.iter().any(|n| is_received(&n))) {
            Some(contact) => Some(contacts::shown(self.host.store(), contact).await?),
            None => None,
        };
        Ok(With { contact, view })
    }

    async fn prepare_notice(
        &self,
        hand: &Delivered,
        notice: &Notice,
        webhooks: &Webhooks,
        with: &With,
    ) -> Result<Prepared, EngineError> {
        let unwanted = Ok(Prepared::Decided(Noticed::Unwanted));
        let webhook = webhooks.find(notice.webhook).filter(|webhook| webhook.is_enabled());
        let Some(webhook) = webhook else { return unwanted };
        let secret = self.providers.secrets.as_ref();
        let secret = secret.and_then(|secrets| webhooks::open_secret(webhook, secrets).ok());
        let Some(secret) = secret else {
            // It may be told by another host, or when the operator has set the key again.
            self.host.log(&format!(
                "webhook {}: its secret cannot be opened: see secrets_key",
                webhook.id
            ));
            return Ok(Prepared::Decided(Noticed::Failed));
        };
        let conversation = &hand.conversation;
        let message = match notice.about.filter(|_| notice.session.is_none()) {
            Some(id) => LogReader::new(self.host.store(), conversation).find(id).await?,
            None => None,
        };
        let subject = Subject {
            conversation,
            contact: with.contact.as_ref(),
            contact_view: with.view.as_ref(),
            message: message.as_ref(),
        };
        let Some(body) = subject.body(notice, webhook.surface) else { return unwanted };
        let request = self.request(webhook, &secret, notice.event.as_str(), &body).await;
        Ok(match request {
            Ok(request) => Prepared::Request(Box::new(request)),
            Err(why) => {
                // The operator allows it no longer, and may again.
                self.host.log(&format!("webhook {}: {why}", webhook.id));
                Prepared::Decided(Noticed::Failed)
            }
        })
    }

    /// The signed request that tells a webhook something.
    async fn request(
        &self,
        webhook: &Webhook,
        secret: &str,
        event: &str,
        body: &Value,
    ) -> Result<Request<Vec<u8>>, String> {
        let uri = outbound::check_webhook(&webhook.url, self.allows_private_webhooks().await)?;
        let id = body["id"].as_str().unwrap_or_default().to_owned();
        let body = body.to_string().into_bytes();
        let seconds = self.host.now().0 / 1000;
        let signature = webhooks::signature(secret, seconds, &body);
        let standard = webhooks::standard_signature(secret, &id, seconds, &body);
        Request::post(uri)
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .header("idempotency-key", &id)
            .header("webhook-id", &id)
            .header("webhook-timestamp", seconds)
            .header("webhook-signature", standard)
            .header("x-qyvo-event", event)
            .header("x-qyvo-webhook-id", webhook.id.to_string())
            .header("x-qyvo-signature", signature)
            .body(body)
            .map_err(|why| why.to_string())
    }

    /// What comes of telling a notice that was taken by a commit begun too long ago: `None`.
    async fn tell_one(
        &self,
        hand: &Delivered,
        notice: &Notice,
        prepared: Prepared,
    ) -> Option<(Uuid, Noticed)> {
        let request = match prepared {
            Prepared::Request(request) => *request,
            Prepared::Decided(noticed) => return Some((notice.id, noticed)),
        };
        if self.time_is_over(hand) {
            return None;
        }
        let answered = self.host.send(request, WITHIN).await;
        let noticed = match answered {
            Ok(answer) if is_taken(&answer) => Noticed::Delivered,
            Ok(answer) if answer.status == StatusCode::GONE => {
                self.disable(&hand.conversation.team, notice.webhook).await
            }
            _ => Noticed::Failed,
        };
        Some((notice.id, noticed))
    }

    /// The receiver wants to be told nothing more.
    async fn disable(&self, team: &str, webhook: Uuid) -> Noticed {
        let (store, now) = (self.host.store(), self.host.now());
        match webhooks::disable(store, team, webhook, "it answered 410 Gone", now).await {
            Ok(()) => Noticed::Unwanted,
            Err(error) => {
                self.host.log(&format!("webhook {webhook} is not disabled: {error}"));
                Noticed::Failed
            }
        }
    }
}

/// A redirect is not followed, and nothing is taken by it.
fn is_taken(answer: &Answer) -> bool {
    (200..300).contains(&answer.status)
}
