//! Sending what the outbox holds: after the commit, by the turn that holds the messages, each settled by a commit
//! of its own before the next is sent (G3).

mod reading;
mod request;
mod understood;

use std::time::Duration;

use channels::telephony::{self, Api};
use channels::whatsapp;
use conversation::{
    Attempt, Body, Channel, Consent, Contact, Conversation, Held, MessageError, Noticed, Settled,
    Subscription,
};
use flow::EffectResult;
use http::Request;
use store::{Change, Kv as _, StoreError, keys, to_json};
use teams::{Account, Credentials, Secrets, Stop};
use uuid::Uuid;

pub(crate) use self::reading::Heard;
pub(crate) use self::understood::{Denied, Sent};
use self::understood::{NO_CREDENTIALS, heard, understood};
use crate::turn::{Commit, Committed};
use crate::{Engine, EngineError, Host, SendError};

/// How long after its commit a holder may begin to send, on the monotonic clock. Its lease is 90 s, and a send takes
/// 30 s at most: 10 to connect, 20 to the first byte.
pub(crate) const HOLD: Duration = Duration::from_secs(30);

/// How often what came of a message is told to the store, if the store fails: the provider's answer is known only
/// here, and what is not recorded is sent again.
const TELLINGS: u32 = 6;
/// The wait before it is told again, in milliseconds; it doubles: 15 s together, within the lease.
const WAIT: u64 = 500;

/// Where the providers are, and what opens the credentials.
pub struct Providers {
    /// The origin of WhatsApp's Graph API, from the variable `whatsapp_api_url`.
    pub whatsapp_api_url: String,
    /// The origin of Twilio's API, from the variable `telephony_api_url`.
    pub telephony_api_url: String,
    /// Where this application is for the world, from the variable `public_url`: without it no call is made.
    pub public_url: String,
    /// From the variable `secrets_key`; without it nothing is sent.
    pub secrets: Option<Secrets>,
}

/// To the end of WhatsApp's answer, at most: with [`HOLD`], two thirds of a lease.
const WITHIN: Duration = Duration::from_secs(30);

/// What a turn has in hand: the conversation as it left it.
#[derive(Debug)]
pub struct Delivered {
    /// As it is, as far as this knows.
    pub conversation: Conversation,
    /// The same, as it was last written, if that is known.
    written: Option<Vec<u8>>,
    pub(crate) turn: Uuid,
    pub(crate) at: Duration,
    /// Read when the first message is sent, if it was not before.
    account: Option<Option<Account>>,
    /// Who wants to be told of what, once that was read.
    subscribed: Option<Vec<Subscription>>,
    /// What the contact is to be shown as read.
    reading: Option<Heard>,
    /// The message of which somebody waits to hear whether it was sent.
    awaited: Option<Uuid>,
}

/// What there is to tell the store.
pub(crate) enum What {
    /// What came of sending a message to the contact, which was read before that.
    Sent(Uuid, Sent, Option<Box<Contact>>),
    /// What came of a call.
    Called(Uuid, EffectResult),
    /// What came of telling webhooks.
    Noticed(Vec<(Uuid, Noticed)>),
    /// That the contact was changed, or that messages have their turn.
    Nothing,
}

impl Delivered {
    /// Whether webhooks are to be told something.
    #[must_use]
    pub fn has_notices(&self) -> bool {
        self.conversation.held_notices(self.turn).next().is_some()
    }

    /// Goes on from a commit.
    pub(crate) fn take<R>(&mut self, committed: Committed<R>) {
        self.conversation = committed.conversation;
        self.written = committed.written;
        self.at = committed.at;
        self.subscribed = committed.subscribed;
    }
}

impl<H: Host> Engine<'_, H> {
    /// Does what a commit took: changes the contact, sends, calls; then what came in behind it meanwhile; then tells webhooks
    /// of it. Stops when its time is over, or the store fails: the sweep goes on then.
    ///
    /// The conversation as it is then, as far as this knows.
    pub async fn deliver<R>(&self, committed: Committed<R>) -> Conversation {
        let delivered = self.carry_out(committed).await;
        self.notify(delivered).await
    }

    /// [`Self::deliver`] without webhooks, for which nobody should wait who waits for a message: [`Self::notify`] tells
    /// them.
    pub async fn carry_out<R>(&self, committed: Committed<R>) -> Delivered {
        let Committed { conversation, written, account, turn, at, .. } = committed;
        let Committed { subscribed, reading, awaited, .. } = committed;
        let account = account.map(Some);
        let mut hand =
            Delivered { conversation, written, turn, at, account, subscribed, reading, awaited };
        self.go_on(&mut hand).await;
        hand
    }

    /// Does what is in hand, but for webhooks.
    pub(crate) async fn go_on(&self, hand: &mut Delivered) {
        loop {
            match self.deliver_next(hand).await {
                Ok(Some(settled)) => hand.take(settled),
                Ok(None) => return,
                Err(error) => {
                    let id = hand.conversation.id;
                    self.host.log(&format!("conversation {id}: {error}"));
                    return;
                }
            }
        }
    }

    /// Does the next thing, and commits what came of it. `None`: there is nothing, or no time is left.
    async fn deliver_next(
        &self,
        hand: &mut Delivered,
    ) -> Result<Option<Committed<Settled>>, EngineError> {
        let changed = self.change_contact(&hand.conversation).await?;
        let (turn, at) = (hand.turn, hand.at);
        if let Some(held) = hand.conversation.first_held(turn) {
            let account = self.account_in_hand(hand).await?;
            let shown = self.reading(hand, false);
            let conversation = &hand.conversation;
            let contact = self.contact(&conversation.team, conversation.contact_id).await?;
            let sent = self.send_one(conversation, (contact.as_ref(), account.as_ref()), &held, at);
            let Some(mut sent) = self.while_showing(shown, sent).await? else { return Ok(None) };
            if hand.awaited == Some(held.id()) {
                sent.refuse_where_stopped();
            }
            return self
                .tell(hand, changed, &What::Sent(held.id(), sent, contact.map(Box::new)))
                .await;
        }
        let next = hand.conversation.held_calls(turn).next().cloned();
        if let Some(call) = next {
            let shown = self.reading(hand, true);
            let result = self.call(&hand.conversation, &call, at);
            let Some(result) = self.while_showing(shown, result).await? else { return Ok(None) };
            let called = What::Called(call.id, result);
            return self.tell(hand, changed, &called).await;
        }
        if changed.is_some() || hand.conversation.has_turn_waiting() {
            return self.tell(hand, changed, &What::Nothing).await;
        }
        Ok(None)
    }

    /// The account that messages are sent from, if it is the team's.
    async fn account_in_hand(&self, hand: &mut Delivered) -> Result<Option<Account>, EngineError> {
        if let Some(account) = &hand.account {
            return Ok(account.clone());
        }
        let conversation = &hand.conversation;
        let account = self.account(conversation.channel, &conversation.account).await?;
        let account = account.filter(|account| account.team == conversation.team);
        hand.account = Some(account.clone());
        Ok(account)
    }

    /// The account of a channel.
    pub(crate) async fn account(
        &self,
        channel: Channel,
        account: &str,
    ) -> Result<Option<Account>, EngineError> {
        Ok(self.host.store().read_json(&keys::channel(channel.as_str(), account)).await?)
    }

    /// [`Self::settle`], again if the store fails.
    pub(crate) async fn tell(
        &self,
        hand: &Delivered,
        changed: Option<u64>,
        what: &What,
    ) -> Result<Option<Committed<Settled>>, EngineError> {
        for telling in 1..TELLINGS {
            match self.settle(hand, changed, what).await {
                Err(EngineError::Store(StoreError::Kv(_) | StoreError::Contention { .. })) => {
                    self.host.store().kv().pause(WAIT << (telling - 1)).await;
                }
                settled => return settled,
            }
        }
        self.settle(hand, changed, what).await
    }

    async fn settle(
        &self,
        hand: &Delivered,
        changed: Option<u64>,
        what: &What,
    ) -> Result<Option<Committed<Settled>>, EngineError> {
        let Delivered { conversation, written, turn, subscribed, .. } = hand;
        // Before the commit: a receipt or an answer from that id must find its way as soon as it may come. If it
        // fails, the next message brings the alias again; that this one was accepted must be recorded all the same.
        if let What::Sent(_, Sent { alias: Some(alias), .. }, _) = what
            && let Err(error) = self.remember_alias(conversation, alias).await
        {
            self.host.log(&format!("conversation {}: {error}", conversation.id));
        }
        if let What::Sent(_, Sent { link: Some((phone, id)), .. }, _) = what
            && let Err(error) = self.link(&conversation.team, phone, id).await
        {
            self.host.log(&format!("conversation {}: {error}", conversation.id));
        }
        let written = written.as_deref().map(|json| (json, conversation));
        let contact = match what {
            What::Sent(_, _, contact) => contact.as_deref(),
            What::Called(..) | What::Noticed(_) | What::Nothing => None,
        };
        let commit = Commit { written, contact, ..Commit::of(conversation.id, *turn) };
        let settled = self
            .commit_knowing(commit, subscribed.clone(), |turn, conversation, _| {
                turn.changed(conversation, changed.unwrap_or(0));
                Ok(match what {
                    What::Sent(id, sent, _) => turn.settle(conversation, *id, &sent.attempt),
                    What::Called(id, result) => turn.called(conversation, *id, result),
                    What::Noticed(outcomes) => turn.noticed(conversation, outcomes),
                    What::Nothing => Settled::Recorded,
                })
            })
            .await?;
        if let What::Sent(_, Sent { opted_out: true, .. }, _) = what {
            self.stop_marketing(conversation, self.host.now()).await?;
        }
        if let What::Sent(_, Sent { stop: Some(denied), .. }, _) = what {
            self.stop(conversation, denied).await?;
        }
        Ok(settled)
    }

    /// Sends a message that was taken by a commit begun `at`. `None`: too long ago to begin.
    async fn send_one(
        &self,
        conversation: &Conversation,
        (contact, account): (Option<&Contact>, Option<&Account>),
        held: &Held,
        at: Duration,
    ) -> Result<Option<Sent>, EngineError> {
        let request = match self.prepare(conversation, (contact, account), held) {
            Ok(request) => request,
            Err(attempt) => return Ok(Some(attempt.into())),
        };
        // At the last moment: what was read before may have taken its time.
        if self.host.monotonic().saturating_sub(at) > HOLD {
            return Ok(None);
        }
        Ok(Some(match self.send(request, WITHIN).await {
            Ok(answer) if conversation.channel == Channel::Telephony => {
                heard(account, telephony::outcome(answer.status, &answer.headers, &answer.body))
            }
            Ok(answer) => understood(
                conversation,
                account,
                held,
                whatsapp::outcome(answer.status, &answer.headers, &answer.body),
            ),
            Err(SendError::NotSent(why)) => Attempt::retry(error("unreachable", &why)).into(),
            Err(SendError::Unanswered(_)) => Attempt::Unanswered.into(),
        }))
    }

    /// The request that sends a message, or what comes of it without one.
    fn prepare(
        &self,
        conversation: &Conversation,
        (contact, account): (Option<&Contact>, Option<&Account>),
        held: &Held,
    ) -> Result<Request<Vec<u8>>, Attempt> {
        let now = self.host.now();
        let may_receive = |contact: &Contact| match held {
            Held::Call(_) => conversation.consent(contact) != Consent::OptedOut,
            Held::Message(message) => match &message.body {
                Body::Outbound { content } => {
                    conversation.may_receive(contact, content, message.at, now)
                }
                Body::Inbound { .. } => true,
            },
        };
        if contact.is_some_and(|contact| !may_receive(contact)) {
            return Err(refused(MessageError::OPTED_OUT, "the contact opted out"));
        }
        let Some(account) = account else {
            let why = "the account is gone, or belongs to another team";
            return Err(refused("no_account", why));
        };
        if let Some(Stop { code, message, .. }) = &account.stopped {
            return Err(Attempt::Stopped(error(code, message)));
        }
        let credentials =
            self.providers.secrets.as_ref().map(|secrets| account.credentials(secrets));
        match credentials {
            Some(Ok(Credentials::Whatsapp { access_token, .. })) => {
                self.whatsapp_request(conversation, &access_token, held)
            }
            Some(Ok(Credentials::Telephony { account_sid, auth_token })) => {
                let origin = &self.providers.telephony_api_url;
                let api = Api { origin, account_sid: &account_sid, auth_token: &auth_token };
                self.telephony_request(conversation, api, held)
            }
            _ => {
                let why =
                    "the account's credentials cannot be opened: see the variable secrets_key";
                Err(Attempt::Stopped(error(NO_CREDENTIALS, why)))
            }
        }
    }

    /// Notes that nothing can be sent from an account, until its credentials are replaced. Where they were replaced since
    /// the message left, nothing is known of the new ones.
    pub(crate) async fn stop(
        &self,
        conversation: &Conversation,
        denied: &Denied,
    ) -> Result<(), EngineError> {
        let Denied { error, credentials } = denied;
        let key = keys::channel(conversation.channel.as_str(), &conversation.account);
        let at = self.host.now();
        self.host
            .store()
            .update(&key, async |current| {
                let Some(json) = &current else { return Ok(Change::Keep(())) };
                let mut account: Account = store::from_json(&key, json)?;
                if account.stopped.is_some() || account.credentials != *credentials {
                    return Ok(Change::Keep(()));
                }
                account.stopped =
                    Some(Stop { code: error.code.clone(), message: error.message.clone(), at });
                Ok::<_, EngineError>(Change::Write(to_json(&key, &account)?, ()))
            })
            .await
    }

    /// Notes that the provider knows the contact by another id (WhatsApp's `wa_id` differs from the number in some
    /// countries), so that what comes from it finds the same conversation.
    async fn remember_alias(
        &self,
        conversation: &Conversation,
        alias: &str,
    ) -> Result<(), EngineError> {
        let key = keys::alias(conversation.channel.as_str(), &conversation.account, alias);
        let known = self.host.store().get(&key).await?;
        if known.as_deref() != Some(conversation.address.as_bytes()) {
            self.host.store().put(&key, conversation.address.as_bytes()).await?;
        }
        Ok(())
    }
}

pub(crate) fn error(code: &str, message: &str) -> MessageError {
    MessageError { code: code.to_owned(), message: message.to_owned() }
}

fn refused(code: &str, message: &str) -> Attempt {
    Attempt::Refused(error(code, message))
}
