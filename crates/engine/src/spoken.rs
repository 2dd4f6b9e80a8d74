//! What a provider of telephony is told to do: the answer to a step of a call, or to a text.

use channels::telephony::{Choice, Phrase, Verb, Voice, choices, phrase, speech, texts};
use conversation::{Body, CallStep, Conversation, Message, Parting, PhoneCall, Then};
use flow::Content;
use uuid::Uuid;

/// Where the provider comes back to.
#[derive(Debug, Clone)]
pub struct Callbacks {
    /// `https://example.com/channels/telephony/+15550001111`: below it are `voice` and `status`.
    pub base: String,
}

impl Callbacks {
    /// The addresses of an account, where `public_url` is known.
    #[must_use]
    pub fn of(public_url: &str, account: &str) -> Option<Self> {
        let public_url = public_url.trim().trim_end_matches('/');
        // A plus sign stands for itself in a path, and providers sign what they were given.
        (!public_url.is_empty())
            .then(|| Self { base: format!("{public_url}/channels/telephony/{account}") })
    }

    /// Where a call is asked for its next step.
    #[must_use]
    pub fn step(&self, call: Uuid, n: u32, how: &str) -> String {
        format!("{}/voice?call={call}&step={n}{how}", self.base)
    }

    /// Where is told how far a call came.
    #[must_use]
    pub fn call_status(&self, call: Uuid) -> String {
        format!("{}/status?call={call}", self.base)
    }

    /// Where is told what became of a text.
    #[must_use]
    pub fn text_status(&self, conversation: Uuid, message: Uuid) -> String {
        format!("{}/status?conversation={conversation}&message={message}", self.base)
    }
}

/// What the provider is to do at a step of a call.
#[must_use]
pub fn verbs(
    conversation: &Conversation,
    call: &PhoneCall,
    step: &CallStep,
    (callbacks, voice): (&Callbacks, &Voice<'_>),
    transfer_to: Option<&str>,
) -> Vec<Verb> {
    let mut said = said(conversation, step);
    let on = |how: &str| callbacks.step(call.id, step.n + 1, how);
    let speak = |contents: &[&Content]| -> Vec<Verb> {
        contents.iter().flat_map(|content| speech(content, voice)).collect()
    };
    match &step.then {
        Then::Listen { seconds } => {
            let asked = said.pop();
            let mut verbs = speak(&said);
            let choices: Vec<Choice> = asked.map(choices).unwrap_or_default();
            let prompt = match asked {
                Some(asked) => speak(&[asked]),
                None if step.n == 0 => vec![Verb::Say(phrase(Phrase::Greeting, voice).to_owned())],
                None => Vec::new(),
            };
            verbs.push(Verb::Gather {
                prompt,
                action: on(""),
                timeout: *seconds,
                num_digits: (!choices.is_empty()).then_some(1),
                hints: choices.into_iter().map(|choice| choice.title).collect(),
            });
            verbs.push(Verb::Redirect(on("&timeout=true")));
            verbs
        }
        Then::Wait { seconds } => {
            let mut verbs = speak(&said);
            verbs.extend([Verb::Pause(*seconds), Verb::Redirect(on("&wait=true"))]);
            verbs
        }
        Then::PutThrough { number } => {
            let mut verbs = speak(&said);
            match number.as_deref().or(transfer_to) {
                Some(number) => {
                    if said.is_empty() {
                        verbs.push(Verb::Say(phrase(Phrase::Connecting, voice).to_owned()));
                    }
                    verbs.push(Verb::Dial {
                        number: number.to_owned(),
                        caller_id: conversation.account.clone(),
                        action: on("&dial=true"),
                    });
                }
                None if said.is_empty() => {
                    verbs.extend(parting(Some(Parting::NobodyHere), voice));
                }
                None => verbs.push(Verb::Hangup),
            }
            verbs
        }
        Then::HangUp { parting: words } => {
            let mut verbs = speak(&said);
            verbs.extend(parting(*words, voice));
            verbs
        }
    }
}

/// What is said last, and the end.
#[must_use]
pub fn parting(words: Option<Parting>, voice: &Voice<'_>) -> Vec<Verb> {
    let words = words.map(|words| match words {
        Parting::Goodbye => Phrase::Goodbye,
        Parting::NobodyHere => Phrase::NobodyHere,
        Parting::SomethingWrong => Phrase::SomethingWrong,
    });
    let say = words.map(|words| Verb::Say(phrase(words, voice).to_owned()));
    say.into_iter().chain([Verb::Hangup]).collect()
}

fn said<'a>(conversation: &'a Conversation, step: &CallStep) -> Vec<&'a Content> {
    let is_of_step = |message: &&Message| (step.after + 1..=step.last).contains(&message.sequence);
    let content = |message: &'a Message| match &message.body {
        Body::Outbound { content } => Some(content),
        Body::Inbound { .. } => None,
    };
    conversation.log.iter().filter(is_of_step).filter_map(content).collect()
}

/// Texts that go with the answer to one.
#[must_use]
pub fn messages<'a>(
    conversation: Uuid,
    messages: impl Iterator<Item = &'a Message>,
    callbacks: &Callbacks,
) -> Vec<Verb> {
    let mut verbs = Vec::new();
    for message in messages {
        let Body::Outbound { content } = &message.body else { continue };
        for (body, media) in texts(content) {
            let status_callback = callbacks.text_status(conversation, message.id);
            verbs.push(Verb::Message { body, media, status_callback });
        }
    }
    verbs
}
