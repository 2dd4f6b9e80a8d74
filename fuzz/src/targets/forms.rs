//! Twilio's webhooks: a form. Its signature is checked over what was read, a call and a text are read of it, and what is
//! answered is well-formed XML, whatever they say. The first line, if there is one before the form, is the signature.

use channels::telephony::{
    CallRequest, Choice, TextMessage, TextStatus, Verb, Voice, answer, params, read_choice, sign,
    signature_matches, twiml,
};
use conversation::{EventId, Inbound};

use crate::{talk, xml};

const URL: &str = "https://parlance.example/channels/telephony/+15005550006/voice?call=1&step=2";
const TOKEN: &str = "12345";

pub fn run(input: &[u8]) {
    let (signature, body) = match input.iter().position(|byte| *byte == b'\n') {
        Some(at) => (str::from_utf8(&input[..at]).ok(), &input[at + 1..]),
        None => (None, input),
    };
    let Some(params) = params(body) else { return };
    let right = sign(TOKEN, URL, &params);
    assert!(signature_matches(TOKEN, Some(&right), URL, &params));
    assert!(!signature_matches("another", Some(&right), URL, &params));
    assert!(!signature_matches(TOKEN, signature.filter(|given| *given != right), URL, &params));
    if let Some(signature) = signature {
        // An address of any kind is no reason to fail.
        let _ = signature_matches(TOKEN, Some(&right), signature, &params);
    }
    let _ = TextStatus::read(&params);
    if let Some(call) = CallRequest::read(&params) {
        take_call(&call);
    }
    if let Some(text) = TextMessage::read(&params) {
        take_text(&text);
    }
    answer_with(&params);
}

fn take_call(call: &CallRequest) {
    let choices = [choice('1', "yes"), choice('0', "no")];
    let reply = answer(&choices, call.digits.as_deref(), call.speech.as_deref());
    if let Some(payload) = &reply.payload {
        assert!(choices.iter().any(|choice| choice.id == *payload));
    }
    talk::call(call);
}

fn take_text(text: &TextMessage) {
    let _ = read_choice(&[choice('1', "yes")], &text.reply.text);
    let inbound = Inbound {
        event: EventId::of("telephony", &text.sid),
        provider_id: text.sid.clone(),
        sent_at: None,
        kind: text.kind.clone(),
        content: text.content.clone(),
        reply: text.reply.clone(),
    };
    talk::begin(&[inbound], &[]);
}

fn choice(key: char, id: &str) -> Choice {
    Choice { key, id: id.to_owned(), title: id.to_owned() }
}

/// The values are texts that a workflow could have said.
fn answer_with(params: &[(String, String)]) {
    let verbs: Vec<Verb> =
        params.iter().zip(0..).flat_map(|((name, value), at)| verb(name, value, at)).collect();
    let language = params.first().map_or("en-US", |(_, value)| value);
    xml::check(&twiml(&verbs, &Voice { language }));
}

fn verb(name: &str, value: &str, at: u32) -> [Verb; 2] {
    let (text, url) = (value.to_owned(), name.to_owned());
    let one = match at % 6 {
        0 => Verb::Say(text),
        1 => Verb::Play(text),
        2 => Verb::Gather {
            prompt: vec![Verb::Say(text.clone()), Verb::Hangup],
            action: url.clone(),
            timeout: u64::from(at),
            num_digits: Some(at),
            hints: vec![text, url],
        },
        3 => Verb::Redirect(text),
        4 => Verb::Dial { number: text, caller_id: url.clone(), action: url },
        _ => Verb::Message { body: text, media: Some(url.clone()), status_callback: url },
    };
    [one, Verb::Pause(u64::from(at))]
}
