//! Contents beyond the provider's limits, which are refused by field before anything is sent.
#![allow(clippy::unwrap_used)]

use channels::whatsapp::{BuildError, request};
use flow::{Button, Content, Row, Section, Variables};

fn build(content: &Content) -> Result<(), BuildError> {
    request("https://graph.facebook.com", "106", "token", "+2348012345678", "", content, None)
        .map(drop)
}

fn text(text: &str) -> Content {
    Content::Text { text: text.into() }
}

fn button(id: &str, title: &str) -> Button {
    Button { id: id.into(), title: title.into() }
}

fn row(id: &str, title: &str, description: Option<&str>) -> Row {
    Row { id: id.into(), title: title.into(), description: description.map(Into::into) }
}

fn buttons(
    text: &str,
    header: Option<&str>,
    footer: Option<&str>,
    buttons: Vec<Button>,
) -> Content {
    let [header, footer] = [header, footer].map(|line| line.map(Into::into));
    Content::Buttons { text: text.into(), header, footer, buttons }
}

fn list(text: &str, button: &str, sections: Vec<Section>) -> Content {
    Content::List { text: text.into(), header: None, footer: None, button: button.into(), sections }
}

fn section(title: Option<&str>, rows: Vec<Row>) -> Section {
    Section { title: title.map(Into::into), rows }
}

fn template(name: &str, language: &str, variables: Variables, buttons: Vec<Button>) -> Content {
    Content::Template { name: name.into(), language: language.into(), variables, buttons }
}

fn too_long(field: &str, length: usize, max: usize) -> BuildError {
    BuildError::TooLong { field: field.into(), length, max }
}

fn too_many(field: &str, count: usize, max: usize) -> BuildError {
    BuildError::TooMany { field: field.into(), count, max }
}

fn empty(field: &str) -> BuildError {
    BuildError::Empty { field: field.into() }
}

fn duplicate(field: &str) -> BuildError {
    BuildError::Duplicate { field: field.into() }
}

#[test]
fn a_text_has_up_to_4096_characters() {
    assert_eq!(build(&text(&"é".repeat(4_096))), Ok(()));
    assert_eq!(build(&text(&"é".repeat(4_097))), Err(too_long("/text", 4_097, 4_096)));
    assert_eq!(build(&text(" \n")), Err(empty("/text")));
}

#[test]
fn buttons_keep_to_the_limits() {
    let (id, title) = ("i".repeat(256), "t".repeat(20));
    let (body, line) = ("b".repeat(1_024), "l".repeat(60));
    let full = vec![button(&id, &title), button("b", "B"), button("c", "C")];
    assert_eq!(build(&buttons(&body, Some(&line), Some(&line), full.clone())), Ok(()));

    let one = || vec![button("a", "A")];
    let four = || (0..4).map(|n| button(&n.to_string(), "T")).collect();
    for (content, expected) in [
        (buttons(&format!("{body}+"), None, None, one()), too_long("/text", 1_025, 1_024)),
        (buttons("b", Some(&format!("{line}+")), None, one()), too_long("/header", 61, 60)),
        (buttons("b", None, Some(&format!("{line}+")), one()), too_long("/footer", 61, 60)),
        (buttons("b", Some(""), None, one()), empty("/header")),
        (buttons("b", None, None, vec![]), empty("/buttons")),
        (buttons("b", None, None, four()), too_many("/buttons", 4, 3)),
        (
            buttons("b", None, None, vec![button("a", "A"), button("b", &format!("{title}+"))]),
            too_long("/buttons/1/title", 21, 20),
        ),
        (
            buttons("b", None, None, vec![button(&format!("{id}+"), "A")]),
            too_long("/buttons/0/id", 257, 256),
        ),
        (buttons("b", None, None, vec![button("a", "")]), empty("/buttons/0/title")),
        (
            buttons("b", None, None, vec![button("a", "A"), button("a", "B")]),
            duplicate("/buttons/1/id"),
        ),
    ] {
        assert_eq!(build(&content), Err(expected));
    }
}

#[test]
fn lists_keep_to_the_limits() {
    let (id, title, description) = ("i".repeat(200), "t".repeat(24), "d".repeat(72));
    let ten = || (0..10).map(|n| row(&n.to_string(), "T", None)).collect::<Vec<_>>();
    let one = || vec![row("a", "A", None)];
    let full = section(Some(&title), vec![row(&id, &title, Some(&description))]);
    assert_eq!(build(&list(&"b".repeat(4_096), &"b".repeat(20), vec![full])), Ok(()));
    assert_eq!(build(&list("b", "Open", vec![section(None, ten())])), Ok(()));

    let with = |row: Row| list("b", "Open", vec![section(None, vec![row])]);
    let eleven =
        (0..11).map(|n| section(Some("S"), vec![row(&n.to_string(), "T", None)])).collect();
    for (content, expected) in [
        (
            list(&"b".repeat(4_097), "Open", vec![section(None, one())]),
            too_long("/text", 4_097, 4_096),
        ),
        (list("b", &"b".repeat(21), vec![section(None, one())]), too_long("/button", 21, 20)),
        (list("b", "", vec![section(None, one())]), empty("/button")),
        (list("b", "Open", vec![]), empty("/sections")),
        (list("b", "Open", eleven), too_many("/sections", 11, 10)),
        (
            list("b", "Open", vec![section(Some("S"), ten()), section(Some("T"), one())]),
            too_many("/sections", 11, 10),
        ),
        (
            list("b", "Open", vec![section(Some("S"), one()), section(Some("T"), vec![])]),
            empty("/sections/1/rows"),
        ),
        (
            list(
                "b",
                "Open",
                vec![section(Some("S"), one()), section(None, vec![row("b", "B", None)])],
            ),
            empty("/sections/1/title"),
        ),
        (
            list("b", "Open", vec![section(Some(&format!("{title}+")), one())]),
            too_long("/sections/0/title", 25, 24),
        ),
        (
            list("b", "Open", vec![section(Some("S"), one()), section(Some("T"), one())]),
            duplicate("/sections/1/rows/0/id"),
        ),
        (with(row(&format!("{id}+"), "A", None)), too_long("/sections/0/rows/0/id", 201, 200)),
        (with(row("a", &format!("{title}+"), None)), too_long("/sections/0/rows/0/title", 25, 24)),
        (
            with(row("a", "A", Some(&format!("{description}+")))),
            too_long("/sections/0/rows/0/description", 73, 72),
        ),
    ] {
        assert_eq!(build(&content), Err(expected));
    }
}

#[test]
fn a_template_wants_a_name_a_language_and_every_place_filled() {
    let positional =
        |values: &[&str]| Variables::Positional(values.iter().map(|v| (*v).into()).collect());
    let named = |pairs: &[(&str, &str)]| {
        Variables::Named(
            pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
        )
    };
    let quick_replies =
        |count: usize| (0..count).map(|n| button(&n.to_string(), "T")).collect::<Vec<_>>();
    let none = Variables::default;
    assert_eq!(build(&template("t", "en", none(), quick_replies(10))), Ok(()));
    for (content, expected) in [
        (template("", "en", none(), vec![]), empty("/name")),
        (template("t", "", none(), vec![]), empty("/language")),
        (template("t", "en", positional(&["a", ""]), vec![]), empty("/variables/1")),
        (template("t", "en", named(&[("a/b", " ")]), vec![]), empty("/variables/a~1b")),
        (template("t", "en", named(&[("1", "a"), ("3", "c")]), vec![]), empty("/variables/2")),
        (template("t", "en", none(), quick_replies(11)), too_many("/buttons", 11, 10)),
        (template("t", "en", none(), vec![button("", "T")]), empty("/buttons/0/id")),
        (
            template("t", "en", none(), vec![button("a", "T"), button("a", "U")]),
            duplicate("/buttons/1/id"),
        ),
    ] {
        assert_eq!(build(&content), Err(expected));
    }
}

#[test]
fn an_error_says_where_and_what_is_allowed() {
    let error = build(&text(&"x".repeat(4_097))).unwrap_err();
    assert_eq!(error.to_string(), "/text: 4097 characters, at most 4096 are allowed");
}
