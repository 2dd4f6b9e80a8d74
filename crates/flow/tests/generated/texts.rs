//! Texts: few words, so that messages hit keywords, titles and conditions; templates that work and some that do not.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

/// What people and workflows say.
const WORDS: &[&str] = &[
    "refund",
    "Money back",
    "order",
    "ordre",
    "to",
    "the",
    "how",
    "étage",
    "退款",
    "как",
    "👍",
    "?!",
    "",
    " ",
    "stop",
    "l’aide",
    "a, b",
    "a\nb",
    "e\u{301}\u{94D}",
    "\u{3099}",
    "123",
    "yes",
    "No",
    "two",
    "2",
    "B",
    "ana@example.com",
    "+1 415 555 0123",
    "24.12.2026",
    "2026-05-07",
    "12,5",
    "\u{1}\u{1}",
    "ครับ ๑๒",
];

/// Templates that are one expression.
pub const EXPRESSIONS: &[&str] = &[
    "{{context.x}}",
    "{{context.list}}",
    "{{context.list[1].a}}",
    "{{context.number}}",
    "{{context.day}}",
    "{{context.long}}",
    "{{vars.v}}",
    "{{vars.w}}",
    "{{vars.answer_1}}",
    "{{input.text}}",
    "{{input.kind}}",
    "{{contact.name}}",
    "{{contact.metadata.v}}",
    "{{contact.tags}}",
    "{{trigger.x}}",
    "{{context.nothing.at_all}}",
];

/// Further pieces of texts.
const PIECES: &[&str] = &[
    "{{context.x|default('you')|title}}",
    "{{vars.v|upper|truncate(9)}}",
    "{{context.x|number(2)}} {{context.day|date('%d.%m.%Y', '+02:00')}}",
    "{{context.list|join(', ')|replace('a', context.x)}}",
    "{{context.list|length}} {{context.x|json}}",
    "{{ context.x|round|int }}{{ vars.v|first }}{{ vars.w|last }}",
    "{{ context.number + 1 }}",
    "{{ context.x + 1 }}",
    "{{ context.long ~ context.long }}",
    "{{ context.long ~ context.long ~ context.long }}",
    "{{ context.list|json|json|json }}",
    "{{ context[vars.v] }}",
    "{{ vars }}",
];

fn word() -> impl Strategy<Value = String> {
    prop_oneof![8 => select(WORDS).prop_map(str::to_owned), 1 => "\\PC{0,12}"]
}

/// What a person says.
pub fn said() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => word(),
        8 => vec(word(), 0..4).prop_map(|words| words.join(" ")),
        // Longer than anything that is kept of it.
        1 => (word(), 1000..9000_usize).prop_map(|(word, times)| word.repeat(times / word.len().max(1) + 1)),
    ]
}

/// What a message may be chosen by: mostly one word that people say.
pub fn phrase() -> impl Strategy<Value = String> {
    let frequent =
        vec!["refund", "Money back", "order", "退款", "👍", "yes", "how to order", "2, two, b"];
    prop_oneof![4 => select(frequent).prop_map(str::to_owned), 1 => said()]
}

/// A text of a workflow: not blank, with templates in it.
pub fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => word(),
        4 => select(EXPRESSIONS).prop_map(str::to_owned),
        2 => select(PIECES).prop_map(str::to_owned),
    ];
    vec(piece, 0..5).prop_map(|pieces| format!("t {}", pieces.join(" ")))
}

/// A text of a workflow of the console, whose templates may be broken and which may be blank.
pub fn console_text() -> impl Strategy<Value = String> {
    let broken = select(vec!["{{ x", "{{ nobody }}", "{{context.x|none}}"]).prop_map(str::to_owned);
    prop_oneof![6 => text(), 2 => said(), 1 => broken]
}

/// A title: short, but what its variables hold.
pub fn title() -> impl Strategy<Value = String> {
    select(vec![
        "Yes",
        "No",
        "B",
        "2 people",
        "Refund",
        "two",
        "{{context.x}}",
        "{{vars.v}}",
        "退款",
        "Order now",
    ])
    .prop_map(str::to_owned)
}

/// A value of any type, with templates in it.
pub fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        3 => select(EXPRESSIONS).prop_map(Value::from),
        2 => text().prop_map(Value::from),
        1 => select(vec![json!(null), json!(true), json!(0), json!(-12.5), json!(9_007_199_254_740_993_u64), json!("007")]),
    ];
    leaf.prop_recursive(2, 6, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Value::from),
            vec((word(), inner), 0..3)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// The name of a variable: few, so that they are read again.
pub fn name() -> impl Strategy<Value = String> {
    select(vec!["v", "w", "answer_1", "x"]).prop_map(str::to_owned)
}
