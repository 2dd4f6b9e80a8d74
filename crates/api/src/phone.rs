//! What the endpoints of telephony share: the account, the proof that it is the provider who asks, and the answer in the
//! provider's own language.

use futures::future::LocalBoxFuture;
use std::time::Duration;

use ::conversation::{CallStep, Conversation, PhoneCall, Then};
use ::engine::{Callbacks, Host as _, StatusAddress, StepAddress, WordsError};
use channels::telephony::{
    self, CallRequest, Phrase, TextMessage, TextStatus, Verb, Voice, phrase, signature_matches,
};
use store::keys;
use teams::{Account, Credentials, Kind};
use uuid::Uuid;

use crate::conversation::words_problem;
use crate::spin_host::engine;
use crate::spin_host::{secrets, variable};
use crate::{Call, Problem, Reply};

/// Where the account is in `/channels/telephony/:account/…`.
const ACCOUNT: usize = 2;
/// The largest body: a text of 1,600 characters and ten files take less.
const MAX_BODY: usize = 64 * 1024;
/// How long a step waits for what its sessions call, before the call is told to wait: Twilio waits 15 s for an answer
/// (contract/channel-telephony.md).
const WITHIN: Duration = Duration::from_secs(8);

/// A request of the provider, which has proved to be it.
struct Asked {
    account: Account,
    callbacks: Callbacks,
    params: Vec<(String, String)>,
}

impl Call {
    /// Reads a request of the provider; nobody else's gets further.
    async fn asked(&mut self) -> Result<Asked, Problem> {
        self.allow_body(MAX_BODY);
        let unknown = || Problem::NotFound("There is no telephony account of this number.".into());
        let key = keys::channel(Kind::Telephony.as_str(), &self.segment(ACCOUNT));
        let account: Option<Account> = self.host.store().read_json(&key).await?;
        let account = account.ok_or_else(unknown)?;
        let credentials = account.credentials(&secrets().await?);
        let credentials = credentials.map_err(|_| Problem::WrongKey)?;
        let Credentials::Telephony { auth_token, .. } = credentials else { return Err(unknown()) };
        let public_url = variable("public_url").await;
        let callbacks = Callbacks::of(&public_url, &account.account);
        let callbacks = callbacks.ok_or(Problem::NotConfigured("public_url"))?;
        let url = format!("{}{}", public_url.trim().trim_end_matches('/'), self.path_and_query());
        let signature = self.header("x-twilio-signature").map(str::to_owned);
        let params = telephony::params(self.raw().await?);
        let params = params.ok_or_else(|| Problem::Malformed("it is no form".to_owned()))?;
        if !signature_matches(&auth_token, signature.as_deref(), &url, &params) {
            return Err(Problem::SignatureInvalid);
        }
        Ok(Asked { account, callbacks, params })
    }

    /// Answers a step of a call: what is said, and what is to be done then.
    ///
    /// # Errors
    /// 404 for a number that is no account, 403 without the provider's signature, 400 for what is no call, 503 when the
    /// account cannot be read.
    pub fn step_phone_call(&mut self) -> LocalBoxFuture<'_, Result<Reply, Problem>> {
        Box::pin(async move {
            let asked = self.asked().await?;
            let request = CallRequest::read(&asked.params).ok_or_else(|| missing("CallSid"))?;
            let mut at = StepAddress {
                call: self.query("call").and_then(|id| id.parse().ok()),
                step: self.query("step").and_then(|step| step.parse().ok()).unwrap_or_default(),
                timeout: self.query("timeout").is_some(),
                wait: self.query("wait").is_some(),
                dial: self.query("dial").is_some(),
            };
            let mut verbs = Vec::new();
            // What a step waits for may come before its answer is due: then it goes on at once.
            for patient in [true, false] {
                let host = std::rc::Rc::clone(&self.host);
                let stepped = engine(&host).await.step_call(&asked.account, &request, &at).await;
                let (id, committed) = match stepped {
                    Ok(stepped) => stepped,
                    Err(why) => return Ok(asked.cannot_answer(&why)),
                };
                let mut conversation = committed.conversation.clone();
                let waits = |conversation: &Conversation| {
                    let step = conversation.phone_call(id).and_then(|call| call.step(at.step));
                    matches!(step, None | Some(CallStep { then: Then::Wait { .. }, .. }))
                };
                let goes_on = patient && waits(&conversation) && conversation.is_calling();
                if goes_on {
                    match self.deliver_now(committed, WITHIN).await {
                        Some(delivered) => conversation = delivered,
                        None => {
                            verbs.extend(asked.verbs(&conversation, id, at.step));
                            break;
                        }
                    }
                } else {
                    self.deliver_later(vec![committed]);
                }
                let told = asked.verbs(&conversation, id, at.step);
                if !goes_on {
                    verbs.extend(told);
                    break;
                }
                // Without the wait: the next step follows.
                let said = told.into_iter().take_while(|verb| !matches!(verb, Verb::Pause(_)));
                verbs.extend(said);
                at = StepAddress {
                    step: at.step + 1,
                    wait: true,
                    timeout: false,
                    dial: false,
                    ..at
                };
            }
            Ok(Reply::xml(telephony::twiml(&verbs, &asked.voice())))
        })
    }

    /// Takes what became of a call or a text.
    ///
    /// # Errors
    /// As [`Call::step_phone_call`].
    pub fn hear_phone_status(&mut self) -> LocalBoxFuture<'_, Result<Reply, Problem>> {
        Box::pin(async move {
            let asked = self.asked().await?;
            let id = |name: &str| self.query(name).and_then(|id| id.parse().ok());
            let about = StatusAddress {
                call: id("call"),
                conversation: id("conversation"),
                message: id("message"),
            };
            let host = std::rc::Rc::clone(&self.host);
            let engine = engine(&host).await;
            let committed = match CallRequest::read(&asked.params) {
                Some(request) => engine.call_status(&asked.account, &request, &about).await?,
                None => match TextStatus::read(&asked.params) {
                    Some(status) => engine.text_status(&asked.account, &status, &about).await?,
                    // A status of another name than those that are known.
                    None => None,
                },
            };
            drop(engine);
            self.deliver_later(committed.into_iter().collect());
            Ok(Reply::no_content())
        })
    }

    /// Takes a text, and answers with what is said to it at once.
    ///
    /// # Errors
    /// As [`Call::step_phone_call`].
    pub fn hear_phone_text(&mut self) -> LocalBoxFuture<'_, Result<Reply, Problem>> {
        Box::pin(async move {
            let asked = self.asked().await?;
            let text = TextMessage::read(&asked.params).ok_or_else(|| missing("MessageSid"))?;
            let host = std::rc::Rc::clone(&self.host);
            let heard = engine(&host).await.hear_text(&asked.account, &text).await;
            let (event, committed) = heard.map_err(words_problem)?;
            let conversation = &committed.conversation;
            let messages = conversation.in_line(event);
            let verbs = ::engine::messages(conversation.id, messages, &asked.callbacks);
            self.deliver_later(vec![committed]);
            Ok(Reply::xml(telephony::twiml(&verbs, &asked.voice())))
        })
    }

    fn path_and_query(&self) -> String {
        match self.query_string() {
            "" => self.path().to_owned(),
            query => format!("{}?{query}", self.path()),
        }
    }
}

impl Asked {
    /// Of a call that cannot go on: who calls is told so, in the provider's own language, and not by the provider.
    fn cannot_answer(&self, why: &WordsError) -> Reply {
        eprintln!("a call on {} cannot go on: {why}", self.account.account);
        let sorry = phrase(Phrase::SomethingWrong, &self.voice()).to_owned();
        Reply::xml(telephony::twiml(&[Verb::Say(sorry), Verb::Hangup], &self.voice()))
    }

    fn voice(&self) -> Voice<'_> {
        self.account.language.as_deref().map_or_else(Voice::default, |language| Voice { language })
    }

    /// What the provider is told at a step; of a call that is over, to hang up.
    fn verbs(&self, conversation: &Conversation, id: Uuid, n: u32) -> Vec<Verb> {
        let call = conversation.phone_call(id);
        let is_over = |call: &&PhoneCall| call.status.is_final() && call.steps.is_empty();
        let Some(call) = call.filter(|call| !is_over(call)) else { return vec![Verb::Hangup] };
        let voice = self.voice();
        match call.step(n) {
            Some(step) => {
                let how = (&self.callbacks, &voice);
                let transfer_to = self.account.transfer_to.as_deref();
                ::engine::verbs(conversation, call, step, how, transfer_to)
            }
            None if call.status.is_final() => vec![Verb::Hangup],
            // Nothing new: the same is asked again.
            None => {
                let again = self.callbacks.step(id, n, "&wait=true");
                vec![Verb::Pause(1), Verb::Redirect(again)]
            }
        }
    }
}

fn missing(param: &str) -> Problem {
    Problem::rule(format!("The form has no {param}."))
}
