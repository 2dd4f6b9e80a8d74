//! Choices by key, what an answer chooses, and what is spoken and written: any content, none of its choices lost.
#![allow(clippy::unwrap_used)]

use channels::telephony::{
    self, MAX_BODY_CHARS, MAX_SAY_CHARS, Phrase, Verb, Voice, answer, choices, phrase, read_choice,
    speech, texts, twiml,
};
use flow::{Button, Content, MediaKind, Reply, Row, Section, Variables};
use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::events::Event;

fn button(id: &str, title: &str) -> Button {
    Button { id: id.into(), title: title.into() }
}

fn sales_or_support() -> Vec<telephony::Choice> {
    let buttons = vec![button("sales", "Sales"), button("support", "Support")];
    let (header, footer) = (None, None);
    choices(&Content::Buttons { text: "Who?".into(), header, footer, buttons })
}

#[test]
fn the_tenth_choice_has_key_zero_and_the_eleventh_none() {
    let rows = |count| {
        (0..count).map(|n| Row {
            id: format!("r{n}"),
            title: format!("Row {n}"),
            description: None,
        })
    };
    let sections = vec![
        Section { title: Some("A".into()), rows: rows(4).collect() },
        Section { title: Some("B".into()), rows: rows(11).skip(4).collect() },
    ];
    let (header, footer) = (None, None);
    let list =
        Content::List { text: "Which?".into(), header, footer, button: "Show".into(), sections };
    let found = choices(&list);
    let keys: String = found.iter().map(|choice| choice.key).collect();
    assert_eq!(keys, "1234567890");
    assert_eq!((found[9].id.as_str(), found[9].title.as_str()), ("r9", "Row 9"));
}

#[test]
fn a_key_chooses_and_other_keys_are_text() {
    let choices = sales_or_support();
    assert_eq!(answer(&choices, Some("2"), None), Reply::button("support", "Support"));
    assert_eq!(answer(&choices, Some("2"), Some("Sales")), Reply::button("support", "Support"));
    for other in ["3", "22", "0", "*"] {
        assert_eq!(answer(&choices, Some(other), None), Reply::text(other), "{other}");
    }
}

#[test]
fn words_lose_what_speech_recognition_adds() {
    let choices = sales_or_support();
    for (said, text) in
        [("Sales.", "Sales"), ("Really?!", "Really"), ("3.5 kilos. ", "3.5 kilos"), ("...", "")]
    {
        assert_eq!(answer(&choices, None, Some(said)), Reply::text(text), "{said}");
    }
}

#[test]
fn no_answer_is_an_empty_text() {
    for (digits, speech) in [(None, None), (Some(""), Some("")), (Some(" "), None)] {
        assert_eq!(answer(&sales_or_support(), digits, speech), Reply::text(""));
    }
}

#[test]
fn a_number_written_chooses_and_all_else_is_text() {
    let choices = sales_or_support();
    for number in ["1", " 1 ", "1.", "1)"] {
        assert_eq!(read_choice(&choices, number), Reply::button("sales", "Sales"), "{number}");
    }
    for text in ["3", "12", "Sales", "1 please", ""] {
        assert_eq!(read_choice(&choices, text), Reply::text(text), "{text}");
    }
}

#[test]
fn phrases_are_in_the_language_of_the_call_else_in_english() {
    let goodbye = |language| phrase(Phrase::Goodbye, &Voice { language });
    let languages = ["en-GB", "es-MX", "FR", "de", "it-IT", "pt-BR", "sw-KE", ""];
    let expected = [
        "Goodbye.",
        "Adiós.",
        "Au revoir.",
        "Auf Wiederhören.",
        "Arrivederci.",
        "Até logo.",
        "Goodbye.",
        "Goodbye.",
    ];
    assert_eq!(languages.map(goodbye), expected);
    let nobody = phrase(Phrase::NobodyHere, &Voice::default());
    assert_eq!(nobody, "Nobody can take your call right now.");
}

#[test]
fn a_title_that_looks_like_a_place_is_spoken_as_it_is() {
    let buttons = vec![button("a", "{key} {title}")];
    let (header, footer) = (None, None);
    let content = Content::Buttons { text: "Who?".into(), header, footer, buttons };
    let spoken = speech(&content, &Voice::default());
    assert_eq!(spoken[1], Verb::Say("Press 1 for {key} {title}.".into()));
}

#[test]
fn a_long_text_is_said_and_sent_in_pieces_that_end_well() {
    let text = "This is a sentence of some forty letters. ".repeat(200);
    let content = Content::Text { text: text.clone() };
    let said: Vec<_> = speech(&content, &Voice::default())
        .into_iter()
        .map(|verb| match verb {
            Verb::Say(text) => text,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!((said.len(), said.join(" ")), (3, text.trim().to_owned()));
    assert!(said.iter().all(|said| said.ends_with("letters.")));
    let sent: Vec<_> = texts(&content).into_iter().map(|(body, _)| body).collect();
    assert_eq!((sent.len(), sent.join(" ")), (6, text.trim().to_owned()));
}

#[test]
fn what_xml_cannot_hold_is_left_out_and_nothing_blank_is_said() {
    let verbs = [Verb::Say("\u{1}\u{fffe} ".into()), Verb::Say("a\u{0}b\u{ffff}c".into())];
    let document = twiml(&verbs, &Voice { language: "xx" });
    assert!(
        document.ends_with("<Response><Say language=\"xx\">abc</Say></Response>"),
        "{document}"
    );
}

#[test]
fn line_ends_and_tabs_are_kept_from_what_readers_make_of_them() {
    let document = twiml(&[Verb::Say("a\r\n\tb".into())], &Voice { language: "xx" });
    assert!(document.contains(">a&#13;&#10;&#9;b<"), "{document}");
}

/// The texts and the attributes of the document, read back.
fn read_back(document: &str) -> (Vec<String>, Vec<String>) {
    let mut reader = Reader::from_str(document);
    reader.config_mut().check_end_names = true;
    let (mut texts, mut attributes, mut depth) = (vec![], vec![], 0);
    let mut text = String::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => {
                depth += 1;
                text.clear();
                for attribute in start.attributes() {
                    attributes.push(attribute.unwrap().unescape_value().unwrap().into_owned());
                }
            }
            Event::Text(part) => text.push_str(&part.decode().unwrap()),
            Event::GeneralRef(reference) => match reference.resolve_char_ref().unwrap() {
                Some(char) => text.push(char),
                None => {
                    let name = reference.decode().unwrap();
                    text.push_str(quick_xml::escape::resolve_xml_entity(&name).unwrap());
                }
            },
            Event::End(_) => {
                depth -= 1;
                texts.push(std::mem::take(&mut text));
            }
            Event::Decl(_) => {}
            Event::Eof => break,
            other => panic!("{other:?} in {document}"),
        }
    }
    assert_eq!(depth, 0, "{document}");
    (texts, attributes)
}

/// Any characters, and often those that mean something in XML.
fn words() -> impl Strategy<Value = String> {
    proptest::collection::vec(
        prop_oneof![
            4 => any::<char>(),
            1 => proptest::sample::select(vec!['<', '>', '&', '"', '\'', ']', '\r', '\n', '\0', '.', ' ']),
        ],
        0..40,
    )
    .prop_map(String::from_iter)
}

/// A title with a letter in it, so that it can be found again.
fn title() -> impl Strategy<Value = String> {
    (words(), 0..1_000_u32).prop_map(|(words, number)| format!("T{number}{words}x"))
}

fn contents() -> impl Strategy<Value = Content> {
    let line = || proptest::option::of(words());
    let button = || (words(), title()).prop_map(|(id, title)| Button { id, title });
    let buttons = || proptest::collection::vec(button(), 0..12);
    let row = (words(), title(), line()).prop_map(|(id, title, description)| Row {
        id,
        title,
        description,
    });
    let section = (line(), proptest::collection::vec(row, 0..6))
        .prop_map(|(title, rows)| Section { title, rows });
    let kinds = vec![MediaKind::Image, MediaKind::Video, MediaKind::Audio, MediaKind::Document];
    prop_oneof![
        words().prop_map(|text| Content::Text { text }),
        (words(), line(), line(), buttons()).prop_map(|(text, header, footer, buttons)| {
            Content::Buttons { text, header, footer, buttons }
        }),
        (words(), line(), line(), proptest::collection::vec(section, 0..4)).prop_map(
            |(text, header, footer, sections)| {
                let button = "Show".into();
                Content::List { text, header, footer, button, sections }
            }
        ),
        (proptest::sample::select(kinds), words(), line(), line()).prop_map(
            |(kind, url, caption, filename)| Content::Media { kind, url, caption, filename }
        ),
        (words(), buttons()).prop_map(|(name, buttons)| Content::Template {
            name,
            language: "en".into(),
            variables: Variables::default(),
            buttons,
        }),
    ]
}

/// What XML 1.0 can hold of it.
fn holdable(text: &str) -> String {
    text.chars()
        .filter(|char| {
            matches!(char, '\t' | '\n' | '\r')
                || (*char >= ' ' && !matches!(char, '\u{fffe}' | '\u{ffff}'))
        })
        .collect()
}

proptest! {
    #[test]
    fn any_content_is_well_formed_and_no_choice_is_lost(
        content in contents(),
        action in words(),
        hints in proptest::collection::vec(words(), 0..3),
        language in proptest::sample::select(vec!["en", "es-MX", "fr", "de", "it", "pt", "sw-KE"]),
    ) {
        let voice = Voice { language };
        let prompt = speech(&content, &voice);
        for verb in &prompt {
            if let Verb::Say(text) = verb {
                prop_assert!(text.chars().count() <= MAX_SAY_CHARS);
            }
        }
        let (timeout, num_digits) = (5, Some(1));
        let gather = Verb::Gather { prompt, action: action.clone(), timeout, num_digits, hints };
        let (spoken, attributes) = read_back(&twiml(&[gather], &voice));
        prop_assert!(attributes.contains(&holdable(&action)));
        let found = choices(&content);
        for choice in &found {
            let title = holdable(choice.title.trim_end_matches(['.', '!', '?']).trim());
            let said = spoken.iter().filter(|said| said.contains(title.trim()) && said.contains(choice.key));
            prop_assert!(said.count() > 0, "{choice:?} in {spoken:?}");
        }
        let sent = texts(&content);
        for (body, _) in &sent {
            prop_assert!(body.chars().count() <= MAX_BODY_CHARS);
        }
        let sent: String = sent.into_iter().map(|(body, _)| body + "\n").collect();
        for choice in &found {
            let line = format!("{}. {}", choice.key, choice.title);
            prop_assert!(sent.contains(line.trim_end()), "{choice:?} in {sent:?}");
            let key = choice.key.to_string();
            prop_assert_eq!(answer(&found, Some(&key), None), Reply::button(&choice.id, &choice.title));
        }
    }
}
