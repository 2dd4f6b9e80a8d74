//! What must hold after any event.

use flow::limits::*;
use flow::{
    Awaits, Content, EffectResult, Event, Reply, State, Status, Step, Timestamp, Trace, Variables,
};
use serde::Serialize;

/// Everything that one step and the state after it promise.
pub fn check(event: &Event, step: &Step, before: &State, after: &State, now: Timestamp) {
    let is_ignored = matches!(step.trace[..], [Trace::Ignored { .. }]);
    if is_ignored {
        assert_eq!(before, after, "an ignored event changes nothing");
        assert!(step.messages.is_empty() && step.effect.is_none() && step.changes.is_empty());
    }
    check_limits(step, after);
    step.messages.iter().for_each(check_content);
    check_status(step, after, now, is_ignored);
    check_route(event, step);
}

fn bytes(json: &impl Serialize) -> usize {
    serde_json::to_string(json).unwrap().len()
}

fn check_limits(step: &Step, after: &State) {
    assert!(step.messages.len() <= MAX_TURN_MESSAGES);
    assert!(step.changes.len() <= MAX_TURN_CHANGES);
    let sent: usize = step.messages.iter().map(bytes).sum();
    let changed: usize = step.changes.iter().map(bytes).sum();
    assert!(sent + changed <= MAX_TURN_BYTES, "{sent} + {changed} bytes");
    assert!(step.trace.len() <= MAX_TRACE);
    let entered = step.trace.iter().filter(|trace| matches!(trace, Trace::Entered { .. }));
    assert!(entered.count() <= MAX_STEPS);
    assert!(after.callers.len() <= MAX_CALLS);
    let callers: usize = after.callers.iter().map(|caller| bytes(&caller.vars)).sum();
    assert!(callers + bytes(&after.vars) <= MAX_VARS_BYTES);
    if let Some(effect) = &step.effect {
        assert!(bytes(effect) <= MAX_EFFECT_BYTES, "{} bytes", bytes(effect));
    }
}

/// The state as it was stored is small, and is read back as it was.
pub fn check_stored(stored: &str, state: &State) {
    assert!(stored.len() <= MAX_STATE_BYTES, "{} bytes", stored.len());
    assert_eq!(&serde_json::from_str::<State>(stored).unwrap(), state);
}

/// A session is over, or it waits for something that can come: an answer, a time ahead, or the result of an effect
/// that it asked for.
fn check_status(step: &Step, state: &State, now: Timestamp, is_ignored: bool) {
    match (&step.status, state.awaits) {
        (Status::Waiting { deadline }, Awaits::Time) => {
            assert_eq!(*deadline, state.deadline);
            assert!(deadline.is_some_and(|deadline| is_ignored || deadline > now));
        }
        (Status::Waiting { deadline }, Awaits::Effect) => {
            assert_eq!(*deadline, None);
            assert!(is_ignored || step.effect.is_some());
        }
        (Status::Waiting { deadline }, Awaits::Reply) => assert_eq!(*deadline, state.deadline),
        (Status::Waiting { .. }, Awaits::Nothing) => panic!("it waits for nothing"),
        (Status::Completed { .. } | Status::Failed { .. }, awaits) => {
            assert_eq!((awaits, &state.node, state.deadline), (Awaits::Nothing, &None, None));
            assert_eq!((&state.pin, &state.callers[..]), (&None, &[][..]));
        }
    }
    assert_eq!(matches!(step.status, Status::Waiting { .. }), state.node.is_some());
    if matches!(step.status, Status::Failed { .. }) {
        assert!(step.messages.is_empty() && step.changes.is_empty() && step.effect.is_none());
    }
    if let Some(effect) = &step.effect {
        assert_eq!((effect.number, state.awaits), (state.effect, Awaits::Effect));
    }
    if step.handed_off {
        assert!(step.needs_attention);
    }
}

fn check_route(event: &Event, step: &Step) {
    let routed = step.trace.iter().any(|trace| matches!(trace, Trace::Routed { .. }));
    assert_eq!(routed, step.route.is_some());
    match event {
        Event::Message(_) if step.route.is_none() => {
            assert!(matches!(step.status, Status::Failed { .. }), "a message is routed");
        }
        Event::Message(_) => {}
        _ => assert!(!routed),
    }
}

/// The event that a session waits for, and when it comes where that is known. `None`: it is over.
pub fn awaited(state: &State) -> Option<(Event, Option<Timestamp>)> {
    match state.awaits {
        Awaits::Nothing => None,
        Awaits::Reply => Some((Event::Reply(Reply::text("2")), None)),
        Awaits::Time => Some((Event::Timeout, state.deadline)),
        Awaits::Effect => {
            Some((Event::Result { effect: state.effect, result: EffectResult::TimedOut }, None))
        }
    }
}

/// A channel with WhatsApp's limits takes it as it is.
fn check_content(content: &Content) {
    let within = |text: &str, most: usize| {
        let length = text.chars().count();
        assert!(length <= most && !text.trim().is_empty(), "{length} of {most}: {content:?}");
    };
    let frame = |header: &Option<String>, footer: &Option<String>| {
        header.iter().for_each(|header| within(header, MAX_HEADER_CHARS));
        footer.iter().for_each(|footer| within(footer, MAX_FOOTER_CHARS));
    };
    match content {
        Content::Text { text } => within(text, MAX_TEXT_CHARS),
        Content::Buttons { text, header, footer, buttons } => {
            within(text, MAX_BUTTONS_TEXT_CHARS);
            frame(header, footer);
            assert!((1..=MAX_BUTTONS).contains(&buttons.len()));
            for button in buttons {
                within(&button.id, MAX_BUTTON_ID_CHARS);
                within(&button.title, MAX_BUTTON_TITLE_CHARS);
                let same = buttons.iter().filter(|other| other.title == button.title);
                assert_eq!(same.count(), 1, "{content:?}");
            }
        }
        Content::List { text, header, footer, button, sections } => {
            within(text, MAX_TEXT_CHARS);
            frame(header, footer);
            within(button, MAX_BUTTON_TITLE_CHARS);
            let rows: Vec<_> = sections.iter().flat_map(|section| &section.rows).collect();
            assert!((1..=MAX_ROWS).contains(&rows.len()));
            for section in sections {
                assert!(sections.len() == 1 || section.title.is_some(), "{content:?}");
                section.title.iter().for_each(|title| within(title, MAX_ROW_TITLE_CHARS));
            }
            for row in rows {
                within(&row.id, MAX_ROW_ID_CHARS);
                within(&row.title, MAX_ROW_TITLE_CHARS);
                let description = row.description.iter();
                description.for_each(|text| within(text, MAX_ROW_DESCRIPTION_CHARS));
            }
        }
        Content::Media { kind: _, url, caption, filename } => {
            within(url, MAX_URL_CHARS);
            assert!(url.starts_with("https://") || url.starts_with("http://"), "{url}");
            caption.iter().for_each(|caption| within(caption, MAX_CAPTION_CHARS));
            filename.iter().for_each(|filename| within(filename, MAX_FILENAME_CHARS));
        }
        Content::Template { name, language, variables, buttons } => {
            let texts: Vec<&String> = match variables {
                Variables::Positional(texts) => texts.iter().collect(),
                Variables::Named(texts) => texts.values().collect(),
            };
            texts.iter().for_each(|text| within(text, MAX_BUTTONS_TEXT_CHARS));
            within(name, MAX_TEMPLATE_NAME_CHARS);
            within(language, MAX_ID_CHARS);
            for button in buttons {
                within(&button.id, MAX_BUTTON_ID_CHARS);
            }
        }
    }
}
