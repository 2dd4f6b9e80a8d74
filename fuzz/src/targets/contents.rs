//! A message on its way out, whatever its texts: WhatsApp's request is JSON, and Twilio is always told well-formed XML.

use channels::telephony::{self, Api, Verb, Voice};
use channels::whatsapp;
use flow::Content;
use serde_json::Value;

use crate::xml;

pub fn run(input: &[u8]) {
    let Ok(value) = serde_json::from_slice::<Value>(input) else { return };
    let content = value.get("content").unwrap_or(&value);
    let Ok(content) = serde_json::from_value::<Content>(content.clone()) else { return };
    let written = serde_json::to_value(&content).ok();
    let read = written.clone().and_then(|json| serde_json::from_value::<Content>(json).ok());
    // A template without variables has neither names nor numbers for them.
    assert_eq!(
        read.and_then(|read| serde_json::to_value(read).ok()),
        written,
        "read as it was written"
    );
    let language = value.get("language").and_then(Value::as_str).unwrap_or("en-US");
    let to = value.get("to").and_then(Value::as_str).unwrap_or("+14155550123");
    let _ = send(&content);
    let _ = request(&content, to);
    speak(&content, language);
    write(&content, to);
}

/// The request to WhatsApp, to a number that is one.
pub fn send(content: &Content) -> Result<(), whatsapp::BuildError> {
    request(content, "+14155550123")
}

fn request(content: &Content, to: &str) -> Result<(), whatsapp::BuildError> {
    let request = whatsapp::request(
        "https://graph.facebook.com",
        "106",
        "token",
        to,
        "1:2",
        content,
        Some("wamid.1"),
    )?;
    let body: Value = match serde_json::from_slice(request.body()) {
        Ok(body) => body,
        Err(error) => panic!("the request is no JSON: {error}"),
    };
    assert_eq!(body["messaging_product"], "whatsapp");
    Ok(())
}

/// What a caller hears of it.
fn speak(content: &Content, language: &str) {
    let voice = Voice { language };
    let prompt = telephony::speech(content, &voice);
    for verb in &prompt {
        if let Verb::Say(text) = verb {
            assert!(
                text.chars().count() <= telephony::MAX_SAY_CHARS,
                "{} characters",
                text.chars().count()
            );
        }
    }
    let choices = telephony::choices(content);
    let hints = choices.iter().map(|choice| choice.title.clone()).collect();
    let gather = Verb::Gather {
        prompt: prompt.clone(),
        action: language.into(),
        timeout: 5,
        num_digits: Some(1),
        hints,
    };
    xml::check(&telephony::twiml(&prompt, &voice));
    xml::check(&telephony::twiml(&[gather, Verb::Redirect(language.into()), Verb::Hangup], &voice));
    for choice in &choices {
        let pressed = telephony::answer(&choices, Some(&choice.key.to_string()), None);
        assert!(
            choices.iter().any(|known| pressed.payload.as_ref() == Some(&known.id)),
            "{pressed:?}"
        );
    }
}

/// What a text message says of it, answered in line and by a request of its own.
fn write(content: &Content, to: &str) {
    let api = Api {
        origin: "https://api.twilio.com",
        account_sid: "AC00000000000000000000000000000001",
        auth_token: "token",
    };
    for (body, media) in telephony::texts(content) {
        assert!(
            body.chars().count() <= telephony::MAX_BODY_CHARS,
            "{} characters",
            body.chars().count()
        );
        let _ = api.message("+14155550199", to, &body, media.as_deref(), "https://a.example/s");
        let verb = Verb::Message { body, media, status_callback: to.into() };
        xml::check(&telephony::twiml(&[verb], &Voice::default()));
    }
}
