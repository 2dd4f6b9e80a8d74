mod filters;

use serde_json::json;

use super::*;
use crate::limits::MAX_EXPRESSION_CHARS;

fn render(source: &str, context: serde_json::Value) -> Result<Rendered, Failure> {
    let mut templates = Templates::new();
    let (text, _) = templates.add("/text", source).expect("a usable template");
    let context = Value::from(minijinja::value::Serde(context));
    templates.render(&text, &mut |root| match root {
        "context" | "trigger" => context.clone(),
        _ => Value::UNDEFINED,
    })
}

fn text(source: &str, context: serde_json::Value) -> String {
    render(source, context).and_then(Rendered::into_text).expect(source)
}

#[test]
fn variables_are_filled_in() {
    let context =
        json!({"cart_id": "98765", "n": 3, "total": 129.5, "yes": true, "items": ["a", null]});
    assert_eq!(text("Cart {{context.cart_id}}: {{ trigger.n }}", context.clone()), "Cart 98765: 3");
    assert_eq!(
        text("{{context.total}} {{context.yes}} {{context.items[0]}} {{context.items}}", context),
        "129.5 true a [\"a\",null]"
    );
}

#[test]
fn missing_and_null_render_as_nothing_and_are_named() {
    let rendered = render(
        "a{{context.x.y.z}}b{{context.null}}c{{context.ok}}",
        json!({"null": null, "ok": 1}),
    );
    let rendered = rendered.unwrap();
    assert_eq!(rendered.text, "abc1");
    assert_eq!(rendered.missing, ["context.null", "context.x.y.z"]);
}

#[test]
fn what_is_missing_in_a_list_is_named_with_its_place() {
    let context = json!({"items": [{"name": "Tea"}, {}], "a b": null});
    assert_eq!(text("{{context.items[0].name}}", context.clone()), "Tea");
    for (source, missing) in [
        ("{{context.items[1].name}}", "context.items[1].name"),
        ("{{context.items[7].name|upper}}", "context.items[7].name"),
        ("{{ context['a b'] }}", r#"context["a b"]"#),
        ("{{ context.items[1]['name'] }}", "context.items[1].name"),
    ] {
        let rendered = render(source, context.clone()).unwrap();
        assert_eq!(
            (rendered.text.as_str(), &rendered.missing[..]),
            ("", &[missing.to_owned()][..])
        );
    }
}

#[test]
fn filters_do_what_their_names_say() {
    let context = json!({"name": "ana maria", "blank": " ", "list": [1, 2], "object": {"a": "é"}});
    for (source, expected) in [
        ("{{ context.none|default('friend') }}", "friend"),
        ("{{ context.blank|default('friend') }}", "friend"),
        ("{{ context.name|default('friend') }}", "ana maria"),
        (
            "{{ context.name|upper }} {{ 'ÀB'|lower }} {{ context.name|title }}",
            "ANA MARIA àb Ana Maria",
        ),
        ("{{ context.name|length }}{{ context.list|length }}{{ context.none|length }}", "920"),
        ("{{ context.name|truncate(5) }}", "ana…"),
        ("{{ context.name|urlencode }}", "ana%20maria"),
        ("{{ context.object|json }} {{ context.none|tojson }}", "{\"a\":\"é\"} null"),
        (
            "{{ context.none|upper }}{{ context.none|title }}{{ context.none|truncate }}{{ context.none|urlencode }}",
            "",
        ),
    ] {
        assert_eq!(text(source, context.clone()), expected, "{source}");
    }
}

#[test]
fn a_value_with_braces_is_not_read_as_a_template() {
    assert_eq!(
        text("{{context.x}}", json!({"x": "{{context.secret}}", "secret": "s"})),
        "{{context.secret}}"
    );
}

#[test]
fn statements_comments_and_markup_are_plain_text() {
    assert_eq!(
        text("50 {% off %} {# 1 #} {{context.x}}\n", json!({"x": "<b>&"})),
        "50 {% off %} {# 1 #} <b>&\n"
    );
}

#[test]
fn in_an_address_every_value_but_the_first_of_all_is_encoded() {
    let address = |source: &str| {
        let mut templates = Templates::new();
        let (text, _) = templates.add_address("/url", source).expect("a usable template");
        let context = Value::from(minijinja::value::Serde(json!({"x": "a/b c"})));
        templates.render(&text, &mut |_| context.clone()).expect("a text").text
    };
    assert_eq!(address("{{context.x}}{{context.x}}"), "a/b ca%2Fb%20c");
    assert_eq!(address("/{{context.x}}{{context.x|urlencode}}"), "/a%2Fb%20ca/b%20c");
    assert_eq!(address("/{{context.x ~ '&' ~ (context.x|urlencode)}}"), "/a%2Fb%20c%26a%2Fb%2520c");
    assert_eq!(address("/{{'?'}}{{'?'|upper}}"), "/%3F%3F");
}

#[test]
fn a_single_expression_keeps_its_type() {
    let context = json!({"n": 129, "list": [1]});
    assert_eq!(render("{{context.n}}", context.clone()).unwrap().value, Some(Value::from(129)));
    assert!(render(" {{ context.none }} ", context.clone()).unwrap().value.unwrap().is_undefined());
    assert_eq!(render("{{context.n}}!", context.clone()).unwrap().value, None);
    assert_eq!(render("{{context.n}}{{context.n}}", context).unwrap().value, None);
}

#[test]
fn what_cannot_be_read_is_refused_with_the_reason() {
    let refuse = |source: &str| Templates::new().add("/text", source).expect_err(source);
    for source in [
        "{{ context.x",
        "{{ }}",
        "{{ context. }}",
        "{{ x|| }}",
        "{{ context.x|sparkle }}",
        "{{ range(9) }}",
    ] {
        assert!(
            matches!(refuse(source), Unusable::Syntax(_) | Unusable::UnknownRoot(_)),
            "{source}"
        );
    }
    for source in [
        "{{ context.x|upper(1, 2) }}",
        "{{ context.x|replace('a') }}",
        "{{ context.x|date('%Q') }}",
        "{{ context.x|date('%10Y') }}",
        "{{ context.x|date('%Y', 'Berlin') }}",
        "{{ context.x is sparkling }}",
    ] {
        assert!(matches!(refuse(source), Unusable::Syntax(_)), "{source}");
    }
    let Unusable::Syntax(reason) = refuse("{{ 'x' if context.x else context.y | sparkle }}") else {
        panic!("another reason");
    };
    assert!(reason.starts_with("no filter `sparkle`; there are capitalize, date"), "{reason}");
    assert_eq!(refuse("{{ cart_id }}"), Unusable::UnknownRoot("cart_id".into()));
    assert!(matches!(refuse("{{ 'x' * 100000000 }}"), Unusable::Syntax(_)));
}

#[test]
fn output_beyond_the_limit_fails() {
    let context = json!({"x": "x".repeat(MAX_TEMPLATE_CHARS)});
    assert_eq!(text("{{context.x}}", context.clone()).len(), MAX_TEMPLATE_CHARS);
    let beyond = |source: &str| render(source, context.clone()).and_then(Rendered::into_text);
    for source in ["{{context.x}}.".to_owned(), "{{context.x}}".repeat(50)] {
        assert!(matches!(beyond(&source), Err(Failure::TemplateLimit(_))));
    }
}

#[test]
fn json_of_json_of_json_does_not_take_all_memory() {
    let source = format!("{{{{ '\"'{} }}}}", "|json".repeat(90));
    assert!(matches!(render(&source, json!({})), Err(Failure::TemplateFailed(_))));
}

#[test]
fn too_many_instructions_fail() {
    let source = "{{ context.a ~ context.b }}".repeat(TEMPLATE_FUEL as usize / 4);
    assert_eq!(render(&source, json!({})), Err(Failure::TemplateLimit("/text".into())));
}

#[test]
fn what_cannot_be_computed_fails() {
    assert!(matches!(render("{{ context.x + 1 }}", json!({})), Err(Failure::TemplateFailed(_))));
    assert_eq!(text("{{ context.x + 1 }}", json!({"x": 1})), "2");
}

#[test]
fn the_least_length_is_known_where_it_does_not_depend_on_variables() {
    let length = |source: &str| Templates::new().add("/text", source).unwrap().1;
    assert_eq!(length("héllo"), Some(5));
    assert_eq!(length("ab{{context.x|default('cd')}}"), Some(4));
    assert_eq!(length("{{context.x + 1}}"), None);
}

#[test]
fn the_deepest_expressions_fit_a_small_stack() {
    let chain = |link: &str, source: &str| {
        let links = (MAX_EXPRESSION_CHARS - 20) / link.len();
        source.replace('@', &link.repeat(links))
    };
    let sources = [
        chain(".a", "{{ context@ }}"),
        chain("~1", "{{ context.x@ }}"),
        chain("|json", "{{ context.x@ }}"),
        chain("-", "{{ @1 }}"),
        chain("not ", "{{ @1 }}"),
        chain(" if 1 else 1", "{{ 1@ }}"),
        format!("{{{{ {}1{} }}}}", "[".repeat(20), "]".repeat(20)),
    ];
    // wasmtime's own limit for a component is 512 KiB.
    let small = std::thread::Builder::new().stack_size(256 * 1024);
    let done = small.spawn(move || {
        for source in sources {
            let mut templates = Templates::new();
            let (text, _) = templates.add("/text", &source).expect("within the limits");
            let _ = templates.render(&text, &mut |_| Value::from("x"));
        }
    });
    done.expect("a thread").join().expect("no overflow");
}
