//! Small texts that strangers send: phone numbers, addresses, times, names of conversations, queries, origins, words of
//! command. What is read is written so that it is read the same.

use channels::{origin, telephony, whatsapp};
use conversation::{Channel, E164};
use flow::{Timestamp, command, is_email, nearest};
use inbox::Participants;
use webchat::origin_is_valid;

pub fn run(input: &[u8]) {
    let text = &*String::from_utf8_lossy(input);
    phone(text);
    time(text);
    if let Some(found) = Participants::parse(text) {
        assert_eq!(Participants::parse(&found.to_string()), Some(found));
    }
    if let Some(origin) = origin(text) {
        assert!(!origin.ends_with('/') && origin.to_lowercase().starts_with("http"), "{origin}");
    }
    if origin_is_valid(text) {
        assert!(text.is_ascii() && origin(text).is_some(), "{text}");
    }
    let _ = (is_email(text), telephony::language_is_valid(text), teams::team_name_is_valid(text));
    let _ = (
        Channel::from_name(text),
        telephony::CallStatus::from_name(text),
        console::channel_filter(text),
    );
    for waits in [false, true] {
        let _ = command(text, waits);
    }
    let words: Vec<&str> = text.split('\n').collect();
    for at in nearest(words.iter().copied(), text) {
        assert!(at < words.len());
    }
    verify(text);
    sign(input, text);
}

fn phone(text: &str) {
    let Ok(phone) = E164::parse(text) else { return };
    assert_eq!(E164::parse(phone.as_str()).as_ref(), Ok(&phone));
    assert_eq!(E164::from_digits(phone.digits()).as_ref(), Ok(&phone));
    assert!((8..=16).contains(&phone.as_str().len()));
}

fn time(text: &str) {
    let digits = text.trim().parse().ok().map(Timestamp);
    for time in Timestamp::parse_rfc3339(text).into_iter().chain(digits) {
        let (seconds, millis) = (time.to_rfc3339(), time.to_iso());
        // What is later than the year 9999 is written as its end.
        let (seconds, millis) =
            (Timestamp::parse_rfc3339(&seconds), Timestamp::parse_rfc3339(&millis));
        assert!(seconds <= Some(time) && seconds.is_some(), "{time:?}: {seconds:?}");
        assert!(millis.is_some_and(|read| read <= time), "{time:?}: {millis:?}");
    }
}

fn verify(query: &str) {
    if let Ok(challenge) = whatsapp::verify(query, "secret") {
        assert!(query.contains("hub") && !challenge.is_empty());
    }
    assert!(whatsapp::verify(query, "").is_err(), "no token fails closed");
}

fn sign(body: &[u8], header: &str) {
    let right = whatsapp::sign("secret", body);
    assert!(whatsapp::signature_matches("secret", Some(&right), body));
    assert!(!whatsapp::signature_matches("secret", Some(header), body));
    assert!(!whatsapp::signature_matches("", Some(&whatsapp::sign("", body)), body));
}
