//! Sending what the outbox holds: after the commit, by the turn that holds the messages, each settled by a commit
//! of its own before the next is sent (G3).

use std::time::Duration;

use channels::whatsapp::{self, Outcome};
use conversation::{Attempt, Body, Channel, Consent, Conversation, Message, MessageError, Settled};
use store::{Change, keys, to_json};
use teams::{Account, Credentials, Secrets, Stop};

use crate::turn::{Commit, Committed};
use crate::{Engine, EngineError, Host, SendError};

/// How long after its commit a holder may begin to send, on the monotonic clock. Its lease is 90 s, and a send takes
/// 30 s at most: 10 to connect, 20 to the first byte.
const HOLD: Duration = Duration::from_secs(30);

/// Where the providers are, and what opens the credentials.
pub struct Providers {
    /// The origin of WhatsApp's Graph API, from the variable `whatsapp_api_url`.
    pub whatsapp_api_url: String,
    /// From the variable `secrets_key`; without it nothing is sent.
    pub secrets: Option<Secrets>,
}

/// What came of one message, and what has to be remembered besides.
struct Sent {
    attempt: Attempt,
    /// The provider knows the contact by another id than the address.
    alias: Option<String>,
    /// The provider refused the credentials.
    stop: Option<MessageError>,
}

impl From<Attempt> for Sent {
    fn from(attempt: Attempt) -> Self {
        Self { attempt, alias: None, stop: None }
    }
}

impl<H: Host> Engine<'_, H> {
    /// Sends what a commit took, and what came in behind it meanwhile. Stops when its time is over, or the store
    /// fails: the sweep goes on then.
    pub async fn deliver<R>(&self, committed: Committed<R>) {
        let Committed { mut conversation, turn, mut at, .. } = committed;
        if conversation.held(turn).next().is_none() {
            return;
        }
        let account = match self.account(conversation.channel, &conversation.account).await {
            Ok(account) => account.filter(|account| account.team == conversation.team),
            Err(error) => {
                return self.host.log(&format!("conversation {}: {error}", conversation.id));
            }
        };
        loop {
            let next = conversation.held(turn).next().cloned();
            let Some(message) = next else { return };
            if self.host.monotonic().saturating_sub(at) > HOLD {
                return;
            }
            let settled = match self.send_one(&conversation, account.as_ref(), &message).await {
                Ok(sent) => self.settle(&conversation, turn, &message, sent).await,
                Err(error) => Err(error),
            };
            match settled {
                Ok(Some(settled)) => {
                    conversation = settled.conversation;
                    at = settled.at;
                }
                Ok(None) => return,
                Err(error) => {
                    return self.host.log(&format!("conversation {}: {error}", conversation.id));
                }
            }
        }
    }

    /// The account of a channel.
    pub(crate) async fn account(
        &self,
        channel: Channel,
        account: &str,
    ) -> Result<Option<Account>, EngineError> {
        Ok(self.host.store().read_json(&keys::channel(channel.as_str(), account)).await?)
    }

    async fn settle(
        &self,
        conversation: &Conversation,
        turn: uuid::Uuid,
        message: &Message,
        sent: Sent,
    ) -> Result<Option<Committed<Settled>>, EngineError> {
        let Sent { attempt, alias, stop } = sent;
        // Before the commit: a receipt or an answer from that id must find its way as soon as it may come.
        if let Some(alias) = alias {
            self.remember_alias(conversation, &alias).await?;
        }
        let commit = Commit {
            id: conversation.id,
            party: None,
            turn,
            events: &[],
            start: None,
            route: None,
        };
        let settled = self
            .commit(commit, |turn, conversation, _| {
                Ok(turn.settle(conversation, message.id, &attempt))
            })
            .await?;
        if let Some(error) = stop {
            self.stop(conversation, error).await?;
        }
        Ok(settled)
    }

    async fn send_one(
        &self,
        conversation: &Conversation,
        account: Option<&Account>,
        message: &Message,
    ) -> Result<Sent, EngineError> {
        let contact = self.contact(&conversation.team, conversation.contact_id).await?;
        if contact.is_some_and(|contact| contact.consent() == Consent::OptedOut) {
            return Ok(refused("opted_out", "the contact opted out").into());
        }
        let Some(account) = account else {
            return Ok(
                refused("no_account", "the account is gone, or belongs to another team").into()
            );
        };
        if let Some(Stop { code, message, .. }) = &account.stopped {
            return Ok(Attempt::Stopped(error(code, message)).into());
        }
        let credentials =
            self.providers.secrets.as_ref().map(|secrets| account.credentials(secrets));
        let Some(Ok(Credentials::Whatsapp { access_token, .. })) = credentials else {
            let why = "the account's credentials cannot be opened: see the variable secrets_key";
            return Ok(Attempt::Stopped(error("no_credentials", why)).into());
        };
        let Body::Outbound { content } = &message.body else {
            return Ok(refused("not_outbound", "only what a workflow says is sent").into());
        };
        let callback = callback_data(conversation, message);
        let request = whatsapp::request(
            &self.providers.whatsapp_api_url,
            &conversation.account,
            &access_token,
            &conversation.address,
            &callback,
            content,
        );
        let request = match request {
            Ok(request) => request,
            Err(why) => return Ok(refused("invalid", &why.to_string()).into()),
        };
        Ok(match self.host.send(request).await {
            Ok(answer) => understood(
                conversation,
                whatsapp::outcome(answer.status, &answer.headers, &answer.body),
            ),
            Err(SendError::NotSent(why)) => Attempt::Retry(error("unreachable", &why)).into(),
            Err(SendError::Unanswered(_)) => Attempt::Unanswered.into(),
        })
    }

    /// Notes that nothing can be sent from an account, until its credentials are replaced.
    async fn stop(
        &self,
        conversation: &Conversation,
        error: MessageError,
    ) -> Result<(), EngineError> {
        let key = keys::channel(conversation.channel.as_str(), &conversation.account);
        let at = self.host.now();
        self.host
            .store()
            .update(&key, async |current| {
                let Some(json) = &current else { return Ok(Change::Keep(())) };
                let mut account: Account = store::from_json(&key, json)?;
                if account.stopped.is_some() {
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

/// What a provider gives back in its receipts: the conversation and the message.
fn callback_data(conversation: &Conversation, message: &Message) -> String {
    format!("{}:{}", conversation.id, message.id)
}

fn understood(conversation: &Conversation, outcome: Outcome) -> Sent {
    let coded = |code: i64, message: &str| error(&code.to_string(), message);
    match outcome {
        Outcome::Accepted { message_id, wa_id } => Sent {
            attempt: Attempt::Accepted { provider_id: message_id },
            alias: wa_id.filter(|id| *id != conversation.address.trim_start_matches('+')),
            stop: None,
        },
        Outcome::Unknown => Attempt::Unanswered.into(),
        Outcome::Retry { code, message, .. } => {
            let code = code.map_or_else(|| "unavailable".to_owned(), |code| code.to_string());
            Attempt::Retry(error(&code, &message)).into()
        }
        Outcome::StopChannel { code, message, .. } => Sent {
            attempt: Attempt::Stopped(coded(code, &message)),
            alias: None,
            stop: Some(coded(code, &message)),
        },
        Outcome::UseTemplate { code, message }
        | Outcome::Never { code, message }
        | Outcome::BadTemplate { code, message }
        | Outcome::OurBug { code, message } => Attempt::Refused(coded(code, &message)).into(),
    }
}

fn error(code: &str, message: &str) -> MessageError {
    MessageError { code: code.to_owned(), message: message.to_owned() }
}

fn refused(code: &str, message: &str) -> Attempt {
    Attempt::Refused(error(code, message))
}
