//! Webhook bodies as they arrive: raw bytes, in batches, and not always whole.
#![allow(clippy::unwrap_used)]

use channels::whatsapp::{DeliveryStatus, ParseError, Update, UpdateKind, parse};
use proptest::prelude::*;
use serde_json::{Value, json};

/// A body whose messages are these raw JSON texts.
fn body(messages: &[String]) -> Vec<u8> {
    let messages = messages.join(",");
    format!(
        r#"{{"object":"whatsapp_business_account","entry":[{{"id":"1","changes":[{{"field":"messages",
        "value":{{"metadata":{{"phone_number_id":"106"}},"messages":[{messages}]}}}}]}}]}}"#
    )
    .into_bytes()
}

fn message(id: &str, text: &str) -> String {
    format!(
        r#"{{"from":"234801","id":"{id}","timestamp":"1","type":"text","text":{{"body":"{text}"}}}}"#
    )
}

/// The texts that were read, and how many messages were not.
fn texts(updates: &[Update]) -> (Vec<&str>, usize) {
    let texts = updates.iter().filter_map(|update| match &update.kind {
        UpdateKind::Message(message) => Some(message.reply.text.as_str()),
        _ => None,
    });
    let unreadable = |update: &&Update| matches!(update.kind, UpdateKind::Unreadable(_));
    (texts.collect(), updates.iter().filter(unreadable).count())
}

#[test]
fn escapes_and_emoji_mean_the_same() {
    let escaped = message("a", r"caf\u00e9 \ud83d\ude00 \/ \u0000 \n");
    let updates = parse(&body(&[escaped, message("b", "café 😀 /")])).unwrap();
    assert_eq!(texts(&updates), (vec!["café 😀 / \0 \n", "café 😀 /"], 0));
}

#[test]
fn a_message_that_is_too_deep_or_has_half_an_emoji_costs_only_itself() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let half = message("half", r"\ud83d");
    let updates = parse(&body(&[message("a", "one"), deep, half, message("b", "two")])).unwrap();
    assert_eq!(texts(&updates), (vec!["one", "two"], 2));
}

#[test]
fn bytes_that_are_no_utf_8_cost_nothing_but_themselves() {
    let mut bytes = body(&[message("a", "one ?"), message("b", "two")]);
    let at = bytes.iter().position(|byte| *byte == b'?').unwrap();
    bytes[at] = 0xff;
    assert_eq!(texts(&parse(&bytes).unwrap()), (vec!["one \u{fffd}", "two"], 0));
}

#[test]
fn an_unreadable_message_is_told_without_its_content() {
    let updates = parse(&body(&[r#"{"id":"x","secret":"\ud83d"}"#.into()])).unwrap();
    let UpdateKind::Unreadable(why) = &updates[0].kind else { panic!("{updates:?}") };
    assert!(why.starts_with("a message that is no JSON: ") && !why.contains("secret"), "{why}");
}

#[test]
fn a_batch_of_a_thousand_is_read_whole_and_in_order() {
    let messages: Vec<_> =
        (0..1_000).map(|n| message(&format!("wamid.{n}"), &n.to_string())).collect();
    let updates = parse(&body(&messages)).unwrap();
    let expected: Vec<_> = (0..1_000).map(|n| n.to_string()).collect();
    assert_eq!(texts(&updates).0, expected);
}

#[test]
fn a_body_that_is_no_envelope_is_an_error() {
    for body in [
        "",
        "null",
        "[]",
        "{",
        "{}",
        r#"{"entry":[]}"#,
        r#"{"object":1,"entry":[]}"#,
        r#"{"object":"whatsapp_business_account","entry":{}}"#,
    ] {
        assert!(matches!(parse(body.as_bytes()), Err(ParseError::Envelope(_))), "{body}");
    }
    let empty = br#"{"object":"whatsapp_business_account"}"#;
    assert_eq!(parse(empty).unwrap(), []);
}

#[test]
fn a_timestamp_beyond_all_time_is_left_out() {
    let far =
        message("a", "x").replace(r#""timestamp":"1""#, r#""timestamp":"18446744073709551615""#);
    let updates = parse(&body(&[far])).unwrap();
    let UpdateKind::Message(message) = &updates[0].kind else { panic!("{updates:?}") };
    assert_eq!(message.timestamp, None);
}

/// Any JSON, with the names that the parser looks for.
fn any_json() -> impl Strategy<Value = Value> {
    let name = prop::sample::select(vec![
        "id",
        "type",
        "from",
        "from_user_id",
        "timestamp",
        "text",
        "body",
        "image",
        "interactive",
        "button_reply",
        "context",
        "errors",
        "code",
        "contacts",
        "group_id",
        "status",
        "other",
    ]);
    let word = prop::sample::select(vec![
        "",
        "text",
        "image",
        "interactive",
        "button_reply",
        "contacts",
        "system",
        "wamid.x",
        "+1",
        "US.1",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        word.prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((name.clone(), inner), 0..6).prop_map(|fields| Value::Object(
                fields.into_iter().map(|(k, v)| (k.into(), v)).collect()
            )),
        ]
    })
}

fn any_status() -> impl Strategy<Value = DeliveryStatus> {
    use DeliveryStatus::*;
    prop::sample::select(vec![Sent, Failed, Delivered, Read, Played])
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..256)) {
        let _ = parse(&bytes);
    }

    #[test]
    fn no_damage_to_a_real_body_makes_it_panic(
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = include_bytes!("whatsapp/inbound/usernames.json").to_vec();
        let start = bytes.iter().position(|byte| *byte == b'[').unwrap();
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let _ = parse(&bytes[..cut.index(bytes.len())]);
        let mut wrapped = br#"{"object":"whatsapp_business_account","entry":"#.to_vec();
        wrapped.extend_from_slice(&bytes[start..]);
        let _ = parse(&wrapped);
    }

    #[test]
    fn a_bad_neighbour_never_costs_a_good_message(
        before in prop::collection::vec(any_json(), 0..4),
        after in prop::collection::vec(any_json(), 0..4),
    ) {
        let raw = |values: Vec<Value>| values.into_iter().map(|value| value.to_string());
        let good = message("wamid.good", "here I am");
        let messages: Vec<_> = raw(before).chain([good]).chain(raw(after)).collect();
        let updates = parse(&body(&messages)).unwrap();
        let (texts, _) = texts(&updates);
        prop_assert!(texts.contains(&"here I am"));
    }

    #[test]
    fn the_end_status_does_not_depend_on_the_order(
        statuses in prop::collection::vec(any_status(), 1..8),
        turn in any::<prop::sample::Index>(),
    ) {
        let end = |statuses: &[DeliveryStatus]| {
            statuses.iter().copied().reduce(DeliveryStatus::merge).unwrap()
        };
        let mut turned = statuses.clone();
        turned.rotate_left(turn.index(statuses.len()));
        prop_assert_eq!(end(&statuses), end(&turned));
        turned.reverse();
        prop_assert_eq!(end(&statuses), end(&turned));
    }
}

#[test]
fn every_field_of_a_value_may_be_of_any_type() {
    for odd in [json!(null), json!(1), json!("x"), json!({}), json!([[]])] {
        for field in ["metadata", "contacts", "messages", "statuses"] {
            let mut value = json!({
                "metadata": {"phone_number_id": "106"},
                "messages": [{"from": "1", "id": "m", "type": "text", "text": {"body": "hi"}}],
                "statuses": [{"id": "s", "status": "read"}],
            });
            value[field] = odd.clone();
            let change = json!({"field": "messages", "value": value});
            let body =
                json!({"object": "whatsapp_business_account", "entry": [{"changes": [change]}]});
            let updates = parse(body.to_string().as_bytes()).unwrap();
            let readable =
                updates.iter().filter(|update| !matches!(update.kind, UpdateKind::Unreadable(_)));
            let expected = match field {
                "metadata" => 0,
                "contacts" => 2,
                _ => 1,
            };
            assert_eq!(readable.count(), expected, "{field}: {odd}");
        }
    }
}
