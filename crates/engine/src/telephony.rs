//! What a provider of telephony brings: steps of calls, texts, and what became of either.

use agents::Agent;
use channels::telephony::{
    CallRequest, Class, TextMessage, TextState, TextStatus, choices, read_choice,
};
use conversation::{
    Applied, Body, CallOrder, CallTurn, Channel, Conversation, E164, EventId, Heard, Inbound,
    MessageError, MessageStatus, PhoneCall, Receipt, identity,
};
use teams::Account;
use uuid::Uuid;

use crate::person::ID_PREFIX;
use crate::turn::{Commit, Committed};
use crate::{Engine, EngineError, Host, Key, Place, Words, WordsError};

/// Numbers that stand for none: anonymous, restricted, blocked, unknown, unavailable (page: voice/twiml, `From`).
const HIDDEN: [&str; 5] = ["+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"];

/// Where a request about a call comes from: its address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StepAddress {
    /// Our id of the call, where the address names it.
    pub call: Option<Uuid>,
    /// The number of the step.
    pub step: u32,
    /// Whether nothing was heard.
    pub timeout: bool,
    /// Whether only time went by.
    pub wait: bool,
    /// Whether the call was put through.
    pub dial: bool,
}

/// What a status is about: its address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StatusAddress {
    /// Our id of the call.
    pub call: Option<Uuid>,
    /// The conversation of a text.
    pub conversation: Option<Uuid>,
    /// The text.
    pub message: Option<Uuid>,
}

impl<H: Host> Engine<'_, H> {
    /// Takes a step of a call on an account, in one commit. What to answer is in the conversation, as a step of the call
    /// whose id comes back.
    ///
    /// # Errors
    /// [`WordsError`]; nothing was heard then, though a contact may have been created.
    pub async fn step_call(
        &self,
        account: &Account,
        request: &CallRequest,
        at: &StepAddress,
    ) -> Result<(Uuid, Committed<Applied>), WordsError> {
        let other = other_party(account, request);
        let address = address(other, &request.call_sid);
        let conversation = conversation_of(account, &address);
        let begun = || PhoneCall::inbound_id(conversation, &request.call_sid);
        let call = at.call.unwrap_or_else(begun);
        let asked = CallTurn {
            call,
            provider_id: request.call_sid.clone(),
            step: at.step,
            heard: heard(request, at),
        };
        let committed = self
            .commit_on(account, &address, &[], |turn, conversation, route| {
                turn.step_call(conversation, &asked, route)
            })
            .await?;
        Ok((call, committed))
    }

    /// Takes a text on an account. What goes with the answer is [`Conversation::in_line`] of the event that comes back.
    ///
    /// # Errors
    /// [`WordsError`]; nothing was heard then, though a contact may have been created.
    pub async fn hear_text(
        &self,
        account: &Account,
        text: &TextMessage,
    ) -> Result<(EventId, Committed<Applied>), WordsError> {
        let event = EventId::of("telephony", &text.sid);
        let address = address(&text.from, &text.sid);
        let committed = self
            .commit_on(account, &address, &[event], |turn, conversation, route| {
                let inbound = Inbound {
                    event,
                    provider_id: text.sid.clone(),
                    sent_at: None,
                    kind: text.kind.clone(),
                    content: text.content.clone(),
                    reply: read(conversation, text),
                };
                let applied = turn.inbound(conversation, &inbound, route)?;
                if applied != Applied::Duplicate {
                    turn.answer_in_line(conversation, event);
                }
                Ok(applied)
            })
            .await?;
        self.tell_consent(&committed.conversation).await?;
        Ok((event, committed))
    }

    /// Has somebody called by an agent: on its number, or for a test on none.
    ///
    /// # Errors
    /// [`WordsError`]; nobody is called then, though a contact may have been created.
    pub async fn call_contact(
        &self,
        agent: &Agent,
        (destination, test): (&str, bool),
        key: Option<&Key<'_>>,
    ) -> Result<(Uuid, Committed<Applied>), WordsError> {
        let (event, made, key) = self.identify(&agent.team, key);
        let order = CallOrder { event, call: made, key };
        let words = Words {
            agent,
            place: Place::Contact {
                channel: Channel::Telephony,
                address: destination.to_owned(),
                username: None,
                test,
            },
            text: "",
            request: made,
            may_repeat: true,
        };
        let events = [(event, None)];
        let committed = self
            .speak_in(&words, &events, Some(agent.workflow_id), |turn, conversation, route| {
                turn.order_call(conversation, &order, route)
            })
            .await?;
        Ok((made, committed))
    }

    /// Takes what became of a call. `None`: there is no such.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn call_status(
        &self,
        account: &Account,
        request: &CallRequest,
        about: &StatusAddress,
    ) -> Result<Option<Committed<Applied>>, EngineError> {
        let Some(status) = request.status else { return Ok(None) };
        let other = other_party(account, request);
        let conversation = conversation_of(account, &address(other, &request.call_sid));
        let begun = || PhoneCall::inbound_id(conversation, &request.call_sid);
        let call = about.call.unwrap_or_else(begun);
        let commit =
            Commit { account: Some(account), ..Commit::of(conversation, self.host.random()) };
        let told = (status, request.duration);
        let committed = self
            .commit(commit, |turn, conversation, _| {
                Ok(turn.call_status(conversation, call, &request.call_sid, told))
            })
            .await?;
        Ok(committed)
    }

    /// Takes what became of a text. `None`: there is no such conversation.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn text_status(
        &self,
        account: &Account,
        status: &TextStatus,
        about: &StatusAddress,
    ) -> Result<Option<Committed<Applied>>, EngineError> {
        let Some(conversation) = about.conversation else { return Ok(None) };
        let error = status.error.clone();
        let receipt = Receipt {
            message: about.message,
            provider_id: status.sid.clone(),
            status: match status.status {
                TextState::Sent => MessageStatus::Sent,
                TextState::Failed => MessageStatus::Failed,
                TextState::Delivered => MessageStatus::Delivered,
                TextState::Read => MessageStatus::Read,
            },
            at: None,
            error: error.map(|(code, message)| MessageError { code, message }),
        };
        let commit =
            Commit { account: Some(account), ..Commit::of(conversation, self.host.random()) };
        let committed = self
            .commit(commit, |turn, conversation, _| Ok(turn.receipt(conversation, &receipt)))
            .await?;
        // A text that was the answer to one of the contact's is refused by its status only.
        let code = receipt.error.as_ref().and_then(|error| error.code.parse().ok());
        if let Some(committed) = &committed
            && matches!(committed.result, Applied::Updated)
            && code.and_then(Class::of) == Some(Class::OptedOut)
        {
            self.stop_marketing(&committed.conversation, self.host.now()).await?;
        }
        Ok(committed)
    }
}

/// Who is called, or calls: not the account. A provider may not say in which direction the call goes.
fn other_party<'a>(account: &Account, request: &'a CallRequest) -> &'a str {
    match request.is_outbound || request.from == account.account {
        true => &request.to,
        false => &request.from,
    }
}

fn conversation_of(account: &Account, address: &str) -> Uuid {
    identity::conversation(&account.team, account.kind, &account.account, address)
}

/// The contact's address: of who hides the number, or has none, it is that of this one call or text.
fn address(number: &str, sid: &str) -> String {
    match E164::parse(number) {
        Ok(phone) if !HIDDEN.contains(&phone.as_str()) => phone.to_string(),
        _ if is_name(number) => format!("{ID_PREFIX}{number}"),
        _ => format!("{ID_PREFIX}{sid}"),
    }
}

/// `client:alice`, `sip:alice@example.com`: who calls without a number.
fn is_name(number: &str) -> bool {
    number.len() <= 128 && (number.starts_with("client:") || number.starts_with("sip:"))
}

fn heard(request: &CallRequest, at: &StepAddress) -> Heard {
    let given = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    let (digits, speech) = (given(&request.digits), given(&request.speech));
    if request.is_machine {
        return Heard::Machine;
    }
    if at.dial {
        use channels::telephony::CallStatus::{Completed, InProgress};
        return Heard::PutThrough(matches!(request.dial_status, Some(Completed | InProgress)));
    }
    match (at.step, digits.is_some() || speech.is_some()) {
        (0, _) => Heard::Begun,
        (_, true) => Heard::Said { digits, speech },
        _ if at.wait => Heard::Nothing,
        _ => Heard::Silence,
    }
}

/// A number means the choice of that number, of those that were asked for last.
fn read(conversation: &Conversation, text: &TextMessage) -> flow::Reply {
    let asked = conversation.log.iter().rev().find_map(|message| match &message.body {
        Body::Outbound { content } => Some(content),
        Body::Inbound { .. } => None,
    });
    let choices = asked.map(choices).unwrap_or_default();
    let is_plain = text.reply.kind == flow::ReplyKind::Text;
    if is_plain { read_choice(&choices, &text.reply.text) } else { text.reply.clone() }
}
