//! The kinds of answers that `ask` expects, besides choices. A new one is a function and a line in [`ANSWERS`].

use serde_json::{Map, Value};

use crate::date::Moment;
use crate::{Reply, ReplyKind, email, number, phone};

/// One kind of answer.
#[derive(Debug)]
pub(super) struct Answer {
    /// The `expect` in the graph.
    pub(super) name: &'static str,
    /// The value in an answer, `None` if it is not of this kind. The second is the code of the country in which phone
    /// numbers are national.
    pub(super) read: fn(&Reply, Option<&str>) -> Option<Value>,
}

/// The kind that has a `country_code`.
pub(super) const PHONE: &str = "phone";

pub(super) const ANSWERS: &[Answer] = &[
    Answer { name: "text", read: |reply, _| text(reply) },
    Answer { name: "number", read: |reply, _| number(reply) },
    Answer { name: "email", read: |reply, _| email(reply) },
    Answer { name: PHONE, read: phone },
    Answer { name: "date", read: |reply, _| date(reply) },
    Answer { name: "media", read: |reply, _| media(reply) },
    Answer { name: "location", read: |reply, _| location(reply) },
];

/// Any words; the caption of a picture too, but not the picture alone.
fn text(reply: &Reply) -> Option<Value> {
    let text = reply.text.trim();
    (!text.is_empty()).then(|| Value::from(text))
}

/// A number as people write it (see `number.rs`), kept as a JSON number.
fn number(reply: &Reply) -> Option<Value> {
    number::parse(&reply.text).map(number::to_json)
}

/// One address and nothing else (see `email.rs`).
fn email(reply: &Reply) -> Option<Value> {
    let address = reply.text.trim();
    if email::is_email(address) {
        return Some(Value::from(address));
    }
    email::spoken(address).map(Value::from)
}

/// One phone number (see `phone.rs`), kept as E.164.
fn phone(reply: &Reply, country_code: Option<&str>) -> Option<Value> {
    phone::e164(&reply.text, country_code).map(Value::from)
}

/// A date, or a time of which the day counts (see `date.rs`), kept as `2026-12-24`.
fn date(reply: &Reply) -> Option<Value> {
    Moment::parse(&reply.text).map(|moment| Value::from(moment.day.to_string()))
}

/// A picture, recording, film or file that can be fetched, kept as `{type, url, media_id, caption}` without what there
/// is not.
fn media(reply: &Reply) -> Option<Value> {
    let kind = match reply.kind {
        ReplyKind::Image => "image",
        ReplyKind::Audio => "audio",
        ReplyKind::Video => "video",
        ReplyKind::Document => "document",
        _ => return None,
    };
    if reply.url.is_none() && reply.media_id.is_none() {
        return None;
    }
    let caption = Some(reply.text.as_str()).filter(|text| !text.trim().is_empty());
    let parts = [
        ("type", Some(kind)),
        ("url", reply.url.as_deref()),
        ("media_id", reply.media_id.as_deref()),
        ("caption", caption),
    ];
    let parts = parts.into_iter().filter_map(|(name, part)| Some((name.to_owned(), part?.into())));
    Some(Value::Object(parts.collect::<Map<_, _>>()))
}

/// A place, kept as `{latitude, longitude, name, address}` without what there is not.
fn location(reply: &Reply) -> Option<Value> {
    serde_json::to_value(reply.location.as_ref()?).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Location;

    #[test]
    fn one_plain_address_is_an_email() {
        assert_eq!(email(&Reply::text(" ana@example.com ")), Some(json!("ana@example.com")));
        let spoken = email(&Reply::text("Ana dot Lopez at example dot com"));
        assert_eq!(spoken, Some(json!("ana.lopez@example.com")));
        assert_eq!(email(&Reply::text("mail me: a@example.com")), None);
    }

    #[test]
    fn numbers_are_kept_as_numbers() {
        assert_eq!(number(&Reply::text(" 1,299.50 ")), Some(Value::from(1299.5)));
        assert_eq!(number(&Reply::text("3")), Some(Value::from(3)));
        assert_eq!(number(&Reply::text("three")), None);
    }

    #[test]
    fn a_picture_without_words_is_no_text() {
        let picture = Reply { kind: crate::ReplyKind::Image, ..Reply::default() };
        assert_eq!(text(&picture), None);
        assert_eq!(text(&Reply { text: " ours ".into(), ..picture }), Some(Value::from("ours")));
    }

    #[test]
    fn phones_and_dates_are_kept_in_their_standard_form() {
        let by_phone = |text: &str, code| phone(&Reply::text(text), code);
        assert_eq!(by_phone("00 44 20 7946 0018", None), Some(json!("+442079460018")));
        assert_eq!(by_phone("(415) 555-0123", None), None);
        assert_eq!(by_phone("(415) 555-0123", Some("1")), Some(json!("+14155550123")));
        assert_eq!(date(&Reply::text("24.12.2026")), Some(json!("2026-12-24")));
        assert_eq!(date(&Reply::text("2026-12-24T23:30:00-05:00")), Some(json!("2026-12-24")));
        assert_eq!(date(&Reply::text("tomorrow")), None);
    }

    #[test]
    fn an_attachment_is_kept_with_its_type_and_address() {
        let voice = Reply {
            kind: ReplyKind::Audio,
            url: Some("https://example.com/1".into()),
            media_id: Some("1".into()),
            ..Reply::default()
        };
        assert_eq!(
            media(&voice),
            Some(json!({"type": "audio", "url": "https://example.com/1", "media_id": "1"}))
        );
        let file = Reply {
            kind: ReplyKind::Document,
            text: "The invoice".into(),
            media_id: Some("2".into()),
            ..Reply::default()
        };
        assert_eq!(
            media(&file),
            Some(json!({"type": "document", "media_id": "2", "caption": "The invoice"}))
        );
        assert_eq!(media(&Reply { kind: ReplyKind::Image, ..Reply::default() }), None);
        assert_eq!(media(&Reply::text("https://example.com/1")), None);
    }

    #[test]
    fn a_place_is_kept_with_its_coordinates() {
        let place = Location {
            latitude: -24.65,
            longitude: 25.91,
            name: Some("Main Mall".into()),
            address: None,
        };
        let reply = Reply { kind: ReplyKind::Location, location: Some(place), ..Reply::default() };
        assert_eq!(
            location(&reply),
            Some(json!({"latitude": -24.65, "longitude": 25.91, "name": "Main Mall"}))
        );
        assert_eq!(text(&reply), None);
        assert_eq!(location(&Reply::text("Main Mall")), None);
    }
}
