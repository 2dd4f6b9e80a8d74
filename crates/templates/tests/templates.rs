//! What is kept of an account's templates, shown of them, and sent.
#![allow(clippy::unwrap_used, missing_docs)]

use std::collections::BTreeMap;

use channels::whatsapp::Translation;
use flow::{Content, Timestamp, Variables};
use serde_json::{Value, json};
use templates::{Refusal, Template, Templates, Unfilled, dropdown, placeholders_dropdown};

const NOON: Timestamp = Timestamp(1_778_141_663_000);
const MINUTE: u64 = 60_000;

fn translation(name: &str, language: &str, status: &str, body: &str) -> Translation {
    Translation {
        name: name.to_owned(),
        language: language.to_owned(),
        status: status.to_owned(),
        category: "UTILITY".to_owned(),
        named: false,
        body: body.to_owned(),
        header: None,
        footer: None,
        buttons: Vec::new(),
    }
}

fn read(translations: Vec<Translation>) -> Templates {
    let mut templates = Templates::of("102");
    assert!(templates.take(translations, NOON));
    templates
}

fn one(translations: Vec<Translation>) -> Template {
    read(translations).all().remove(0)
}

fn texts(texts: &[(&str, &str)]) -> BTreeMap<String, String> {
    texts.iter().map(|(place, text)| ((*place).to_owned(), (*text).to_owned())).collect()
}

fn language_sent(template: &Template, asked: Option<&str>) -> String {
    match template.fill(asked, &BTreeMap::new()) {
        Ok(Content::Template { language, .. }) => language,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_name_is_one_template_with_all_its_languages_in_the_order_of_names() {
    let templates = read(vec![
        translation("welcome", "en", "APPROVED", "Hi"),
        translation("cart", "fr", "PENDING", "Salut"),
        translation("cart", "en", "REJECTED", "Hi"),
    ]);
    let shown: Vec<Value> = templates.all().iter().map(|one| json!(one.summary())).collect();
    assert_eq!(shown[0]["id"], json!(templates.all()[0].id));
    assert_eq!(
        shown[0],
        json!({
            "id": shown[0]["id"], "name": "cart", "category": "UTILITY", "status": "PENDING",
            "languages": ["en", "fr"], "created_at": "2026-05-07T08:14:23+00:00",
        })
    );
    assert_eq!((&shown[1]["name"], &shown[1]["status"]), (&json!("welcome"), &json!("APPROVED")));
}

#[test]
fn the_status_is_one_of_the_three_that_are_documented() {
    for (statuses, shown) in [
        (["REJECTED", "APPROVED"], "APPROVED"),
        (["REJECTED", "IN_APPEAL"], "PENDING"),
        (["PAUSED", "DISABLED"], "REJECTED"),
    ] {
        let translations = statuses.iter().enumerate();
        let translations =
            translations.map(|(n, status)| translation("a", &format!("l{n}"), status, ""));
        assert_eq!(one(translations.collect()).status(), shown, "{statuses:?}");
    }
}

#[test]
fn an_id_stays_when_templates_are_read_again_and_is_another_businesss_own() {
    let hello = || vec![translation("hello", "en", "APPROVED", "Hi")];
    let mut templates = read(hello());
    let first = templates.all().remove(0);
    templates.take(hello(), Timestamp(NOON.0 + 10 * MINUTE));
    assert_eq!(templates.all(), std::slice::from_ref(&first), "when it was first read, too");
    assert_eq!(templates.find(first.id), Some(first.clone()));
    let mut theirs = Templates::of("103");
    theirs.take(hello(), NOON);
    assert_eq!(theirs.find(first.id), None);
}

#[test]
fn the_provider_is_asked_after_five_minutes_and_once_a_minute_at_most() {
    let at = |minutes: u64| Timestamp(NOON.0 + minutes * MINUTE);
    let mut templates = Templates::of("102");
    assert!(!templates.is_fresh(NOON) && templates.may_ask(NOON));
    templates.take(Vec::new(), NOON);
    assert!(templates.is_fresh(at(4)) && !templates.is_fresh(at(5)));
    assert!(!templates.may_ask(Timestamp(at(1).0 - 1)) && templates.may_ask(at(1)));
    // A host whose clock is behind.
    assert!(templates.is_fresh(Timestamp(NOON.0 - MINUTE)));
    let refusal = Refusal { code: 190, message: "token".to_owned() };
    templates.miss(Some(refusal.clone()), at(6));
    assert!(!templates.is_fresh(at(6)) && !templates.may_ask(at(6)));
    assert_eq!((templates.read_at, templates.refusal), (Some(NOON), Some(refusal)));
}

#[test]
fn templates_that_find_no_room_in_a_document_are_left_out() {
    let long = "x".repeat(1024);
    let many = (0..1_000).map(|n| translation(&format!("t{n:04}"), "en", "APPROVED", &long));
    let mut templates = Templates::of("102");
    assert!(!templates.take(many.collect(), NOON));
    assert!(templates.all().len() > 400);
    assert!(serde_json::to_vec(&templates).unwrap().len() < 900 * 1024);
}

#[test]
fn the_language_asked_for_is_sent_or_a_near_one_or_any_approved() {
    let template = one(vec![
        translation("a", "en_GB", "APPROVED", "Hi"),
        translation("a", "en_US", "APPROVED", "Hi"),
        translation("a", "de", "PENDING", "Hallo"),
        translation("a", "pt_BR", "APPROVED", "Oi"),
    ]);
    for (asked, sent) in [
        (Some("en_US"), "en_US"),
        (Some("EN_us"), "en_US"),
        (Some("en"), "en_GB"),
        (Some("pt_PT"), "pt_BR"),
        (Some("de"), "en_GB"),
        (Some("xx"), "en_GB"),
        (None, "en_GB"),
    ] {
        assert_eq!(language_sent(&template, asked), sent, "{asked:?}");
    }
    let pending = one(vec![translation("a", "en", "PENDING", "Hi")]);
    assert_eq!(pending.fill(None, &BTreeMap::new()), Err(Unfilled::NotApproved));
}

#[test]
fn a_language_may_be_asked_for_with_a_hyphen() {
    let template = one(vec![
        translation("a", "pt_BR", "APPROVED", "Oi"),
        translation("a", "pt_PT", "APPROVED", "Olá"),
    ]);
    for (asked, sent) in
        [("pt-PT", "pt_PT"), ("PT-pt", "pt_PT"), ("pt-BR", "pt_BR"), ("pt-AO", "pt_BR")]
    {
        assert_eq!(language_sent(&template, Some(asked)), sent, "{asked}");
    }
}

#[test]
fn places_are_filled_in_the_order_of_their_numbers() {
    let template = one(vec![translation("a", "en", "APPROVED", "{{2}} for {{1}}, {{10}}")]);
    let given = texts(&[("1", "Ana"), ("2", "12.00"), ("10", "ten"), ("3", "not a place")]);
    let Ok(Content::Template { variables, buttons, .. }) = template.fill(None, &given) else {
        panic!("it is filled");
    };
    let in_order = ["Ana", "12.00", "ten"].map(str::to_owned).to_vec();
    assert_eq!((variables, buttons), (Variables::Positional(in_order), vec![]));
}

#[test]
fn places_with_names_are_filled_by_name() {
    let mut named = translation("a", "en", "APPROVED", "{{first_name}}, {{order}}");
    named.named = true;
    let given = texts(&[("first_name", "Ana"), ("order", "7")]);
    let Ok(Content::Template { variables, .. }) = one(vec![named]).fill(None, &given) else {
        panic!("it is filled");
    };
    assert_eq!(variables, Variables::Named(given));
}

#[test]
fn places_without_a_text_are_all_named() {
    let template = one(vec![translation("a", "en", "APPROVED", "{{1}} {{2}} {{3}}")]);
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let unfilled = template.fill(None, &texts(&[("2", "b"), ("3", " ")]));
    let expected =
        Unfilled::Missing { expected: names(&["1", "2", "3"]), missing: names(&["1", "3"]) };
    assert_eq!(unfilled, Err(expected));
}

#[test]
fn what_can_be_sent_is_offered_and_what_can_be_filled() {
    let templates = read(vec![
        translation("cart", "en", "APPROVED", "{{1}} and {{2}}"),
        translation("old", "en", "PAUSED", "Hi"),
    ])
    .all();
    assert_eq!(dropdown(&templates), json!([{"id": templates[0].id, "label": "cart"}]));
    assert_eq!(
        placeholders_dropdown(&templates[0]),
        json!([{"id": "1", "label": "{{1}}"}, {"id": "2", "label": "{{2}}"}])
    );
    assert_eq!((dropdown(&[]), placeholders_dropdown(&templates[1])), (json!([]), json!([])));
}
