//! What each filter gives, with something and with nothing, and that none takes all memory.

use serde_json::json;

use super::super::filters::NAMES;
use super::{render, text};
use crate::failure::Failure;
use crate::limits::MAX_TEMPLATE_CHARS;

#[test]
fn numbers_are_written_as_people_read_them() {
    let context =
        json!({"n": 1299.5, "t": "1,299.50", "i": 1_234_567, "neg": -1234.567, "word": "many"});
    for (source, expected) in [
        ("{{context.n|number(2)}}", "1,299.50"),
        ("{{context.t|number(2)}}", "1,299.50"),
        ("{{context.n|number}}", "1,299.5"),
        ("{{context.i|number}}", "1,234,567"),
        ("{{context.neg|number(2, '.', ',')}}", "-1.234,57"),
        ("{{context.i|number(0, ' ')}}", "1 234 567"),
        ("{{context.i|number(0, '')}}", "1234567"),
        ("{{999|number(1)}}", "999.0"),
        ("{{ -1000|number}}", "-1,000"),
        ("{{context.word|number(2)}}", "many"),
        ("{{context.none|number(2)}}", ""),
        ("{{context.n|round}} {{context.n|round(1)}} {{'2.675'|round(2)}}", "1300 1299.5 2.68"),
        ("{{context.t|int}} {{ -2.9|int}} {{context.i|int + 1}}", "1299 -2 1234568"),
        ("{{context.word|int|default('?')}}{{context.none|round|default('!')}}", "?!"),
    ] {
        assert_eq!(text(source, context.clone()), expected, "{source}");
    }
    let kept = render("{{context.t|round}}", context).unwrap().value;
    assert_eq!(kept, Some(minijinja::Value::from(1300)));
}

#[test]
fn dates_are_written_in_a_format_at_an_offset() {
    let context = json!({
        "time": "2026-05-07T22:05:09Z", "day": "7.5.2026", "ms": 1_778_141_663_000_u64, "word": "soon", "offset": "+02:00",
        "format": "%Q",
    });
    for (source, expected) in [
        ("{{context.time|date}}", "2026-05-07"),
        ("{{context.time|date('%d.%m.%Y %H:%M')}}", "07.05.2026 22:05"),
        (
            "{{context.time|date('%-d %B %Y, %-I:%M %p (%A)', '+02:00')}}",
            "8 May 2026, 12:05 AM (Friday)",
        ),
        ("{{context.time|date('%H:%M %z', context.offset)}}", "00:05 +0200"),
        ("{{context.time|date('%H:%M', '-0530')}} {{context.time|date('%H', 'Z')}}", "16:35 22"),
        (
            "{{context.day|date('%a %e %b %y')}}|{{context.day|date('%H:%M', '+02:00')}}",
            "Thu  7 May 26|00:00",
        ),
        ("{{context.ms|date('%Y-%m-%dT%H:%M:%S')}}", "2026-05-07T08:14:23"),
        ("{{context.day|date('%j%% %-j %-m %-H %y')}}", "127% 127 5 0 26"),
        (
            "{{'2026-01-09T12:00Z'|date('%j %-j %I%p')}} {{'2026-01-09T00:01Z'|date('%I:%M%p')}}",
            "009 9 12PM 12:01AM",
        ),
        ("{{'2000-02-29'|date('%a %A %b %B %y %-y')}}", "Tue Tuesday Feb February 00 0"),
        ("{{context.time|date('%z', '-00:30')}}", "-0030"),
        ("{{context.word|date('%Y')}}{{context.none|date('%Y')}}", "soon"),
    ] {
        assert_eq!(text(source, context.clone()), expected, "{source}");
    }
    let failed = render("{{context.time|date(context.format)}}", context);
    assert!(matches!(failed, Err(Failure::TemplateFailed(_))));
}

#[test]
fn texts_and_lists_are_taken_apart_and_put_together() {
    let context = json!({
        "name": " ana MARIA ", "list": ["a", 2, null, true], "items": [{"name": "Tea", "at": {"n": 1}}, {"name": "Bun"}],
        "csv": "a, b,,c",
    });
    for (source, expected) in [
        ("{{context.name|trim|capitalize}}", "Ana maria"),
        ("{{context.name|trim|replace('MARIA', 'Sofia')}}", "ana Sofia"),
        ("{{'aaa'|replace('', 'x')}}{{context.none|replace('a', 'b')}}", "aaa"),
        ("{{context.list|join(', ')}}", "a, 2, true"),
        ("{{context.items|join(', ', 'name')}}", "Tea, Bun"),
        ("{{context.items|join(', ', 'at.n')}}", "1"),
        ("{{context.name|trim|join('-')}}{{context.none|join(', ')}}", "ana MARIA"),
        (
            "{{context.csv|split(',')|length}} {{context.name|split|last}} {{context.none|split(',')|length}}",
            "4 MARIA 0",
        ),
        ("{{context.csv|split(',')|join('|')}}", "a| b|c"),
        ("{{context.list|first}}{{context.list|last}}{{'xyz'|first}}{{'xyz'|last}}", "atruexz"),
        ("{{context.none|first}}{{context.none|last}}{{5|first}}{{[]|last}}", ""),
        ("{{(context.items|first).name}}", "Tea"),
    ] {
        assert_eq!(text(source, context.clone()), expected, "{source}");
    }
}

#[test]
fn null_is_never_the_word_none() {
    let context = json!({"null": null, "yes": true});
    for filter in ["upper", "lower", "title", "capitalize", "trim"] {
        for (value, written) in [("null", ""), ("gone", "")] {
            let source = format!("<{{{{ context.{value}|{filter} }}}}>");
            assert_eq!(text(&source, context.clone()), format!("<{written}>"), "{source}");
        }
    }
    assert_eq!(
        text("{{context.null|trim|capitalize|default('friend')}}", context.clone()),
        "friend"
    );
    assert_eq!(
        text("{{context.yes|lower}} {{'xxaxx'|trim('x')}} {{'éa B'|capitalize}}", context),
        "true a Éa b"
    );
}

#[test]
fn every_filter_exists_and_takes_nothing_for_nothing() {
    for name in NAMES {
        let arguments = if *name == "replace" { "('a', 'b')" } else { "" };
        for value in ["context.none", "context.null", "''"] {
            let source = format!("{{{{ {value}|{name}{arguments} }}}}");
            let rendered = render(&source, json!({"null": null}));
            assert!(rendered.is_ok(), "{source}: {rendered:?}");
        }
    }
}

/// Values that are larger than any text, through every filter again and again: what comes out is within the limit, or
/// refused before it is made.
#[test]
fn no_filter_takes_all_memory() {
    let context =
        json!({"x": "a".repeat(16_000), "list": vec!["a"; 8_000], "mark": "m".repeat(8_000)});
    for source in [
        "{{ context.x|replace('a', context.x) }}",
        "{{ context.x|replace('a', 'aa')|replace('a', 'aa')|replace('a', 'aa')|replace('a', 'aa') }}",
        "{{ context.list|join(context.mark) }}",
        "{{ context.x|replace('a', 'a ')|split|join(context.mark) }}",
        "{{ [context.list, context.list, context.list]|json }}",
    ] {
        assert!(
            matches!(render(source, context.clone()), Err(Failure::TemplateFailed(_))),
            "{source}"
        );
    }
    for filter in NAMES {
        let arguments = if *filter == "replace" { "('a', 'bb')" } else { "" };
        let chain = format!("|{filter}{arguments}").repeat(20);
        for value in ["context.x", "context.list", "{'a': context.x}", "1e300", "'%'"] {
            let source = format!("{{{{ {value}{chain} }}}}");
            if let Ok(rendered) = render(&source, context.clone()) {
                assert!(rendered.text.len() <= MAX_TEMPLATE_CHARS * 4, "{source}");
            }
        }
    }
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_text_can_be_an_expression_and_a_value(source in "\\PC{0,40}", root in "[a-z.\\[\\]0-9'\"| -]{0,30}", value in "[0-9+:T. /()-]{0,30}") {
        let context = json!({"x": value, "y": source});
        for source in [source, format!("context{root}"), format!("context.x|{root}")] {
            let mut templates = crate::template::Templates::new();
            if let Ok((text, _)) = templates.add("/text", &format!("{{{{ {source} }}}}")) {
                let context = minijinja::Value::from(minijinja::value::Serde(&context));
                let _ = templates.render(&text, &mut |_| context.clone());
            }
        }
        for filter in ["number(2)", "date('%Y %z', '+01:00')", "round(1)", "int", "date(context.y)", "date('%Y', context.x)"] {
            let _ = render(&format!("{{{{ context.x|{filter} }}}}"), context.clone());
        }
        let _ = crate::phone::e164(&value, Some("1"));
    }
}
