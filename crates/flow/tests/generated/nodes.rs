//! Nodes of every type.

use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value, json};

use super::texts::{name, text, title, value};
use super::{SEEDS, WORKFLOWS, conditions};

/// Ids of choices, cases, arms and labels.
const IDS: [&str; 5] = ["a", "b", "c", "Refund", "2"];

/// Any node, without its id.
pub fn node() -> impl Strategy<Value = Value> {
    prop_oneof![
        3 => message(),
        8 => ask(),
        2 => branch(),
        1 => split(),
        3 => wait(),
        3 => set(),
        2 => http(),
        3 => ai(),
        4 => call(),
        1 => consent(),
        1 => option::of(text()).prop_map(|text| json!({"type": "handoff", "text": text})),
        2 => option::of(text()).prop_map(|outcome| json!({"type": "end", "outcome": outcome})),
    ]
}

/// A node that does not wait, and of which many in a row reach a limit.
pub fn row_node() -> impl Strategy<Value = Value> {
    select(vec![
        json!({"type": "message", "text": "{{context.long}}"}),
        json!({"type": "message", "text": "t"}),
        json!({"type": "branch", "cases": [{"id": "a", "when": {"all": [{"value": "{{context.number}}", "op": "gt", "to": 1}]}}]}),
        json!({"type": "set", "contact": {"v": "{{context.long|truncate(900)}}"}, "vars": {"v": ["{{vars.v}}", "{{vars.v}}"]}}),
        json!({"type": "set", "contact": {"v": "{{context.long|truncate(900)}}", "w": 1}, "add_tags": ["a", "b"]}),
    ])
}

/// The ports of a node.
pub fn ports(node: &Value) -> Vec<String> {
    let ids = |list: &str| -> Vec<String> {
        let items = node[list].as_array().into_iter().flatten();
        items.map(|item| item["id"].as_str().unwrap().to_owned()).collect()
    };
    let (own, others): (&[&str], &[&str]) = match node["type"].as_str().unwrap() {
        "ask" if node["timeout"].is_null() => (&["choices"], &["next", "invalid"]),
        "ask" => (&["choices"], &["next", "invalid", "timeout"]),
        "branch" => (&["cases"], &["else"]),
        "split" => (&["arms"], &[]),
        "ai" => (&["labels"], &["next", "error"]),
        "http" | "call" => (&[], &["next", "error"]),
        "end" | "handoff" => (&[], &[]),
        _ => (&[], &["next"]),
    };
    let mut ports: Vec<String> = own.iter().flat_map(|list| ids(list)).collect();
    ports.extend(others.iter().map(|port| (*port).to_owned()));
    assert!(ports.len() <= SEEDS);
    ports
}

/// Whether a session always stops at it.
pub fn waits(node: &Value) -> bool {
    let minutes = || node["minutes"].is_number() || node["until"] == "09:30";
    match node["type"].as_str().unwrap() {
        "ask" => true,
        "wait" => minutes(),
        _ => false,
    }
}

/// The fields that are there.
fn node_of(kind: &str, fields: Vec<(&str, Option<Value>)>) -> Value {
    let fields = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    let mut node = Value::Object(fields.collect::<Map<_, _>>());
    node["type"] = json!(kind);
    node
}

fn ids() -> impl Strategy<Value = Vec<&'static str>> {
    subsequence(IDS.to_vec(), 1..=IDS.len())
}

fn template() -> impl Strategy<Value = Value> {
    let places = prop_oneof![
        vec(text(), 0..3).prop_map(|texts| json!(texts)),
        btree_map("[a-z]{1,3}", text(), 0..3).prop_map(|texts| json!(texts)),
    ];
    (places, subsequence(IDS.to_vec(), 0..3), title()).prop_map(|(variables, ids, title)| {
        let buttons = ids.into_iter().map(|id| json!({"id": id, "title": title}));
        let mut template = json!({"name": "offer", "language": "en", "variables": variables});
        let buttons: Vec<Value> = buttons.collect();
        if !buttons.is_empty() {
            template["buttons"] = json!(buttons);
        }
        template
    })
}

fn message() -> impl Strategy<Value = Value> {
    let buttons = (subsequence(IDS.to_vec(), 1..=3), vec(title(), 3)).prop_map(|(ids, titles)| {
        let buttons =
            ids.into_iter().zip(titles).map(|(id, title)| json!({"id": id, "title": title}));
        json!(buttons.collect::<Vec<_>>())
    });
    let of_text =
        (text(), option::of((buttons, option::of(text())))).prop_map(|(text, buttons)| {
            let (buttons, header) = buttons.map_or((None, None), |(b, header)| (Some(b), header));
            let header = header.map(|header| json!(header.chars().take(20).collect::<String>()));
            let header = header.filter(|header| !header.as_str().unwrap().contains('{'));
            node_of(
                "message",
                vec![("text", Some(json!(text))), ("buttons", buttons), ("header", header)],
            )
        });
    prop_oneof![
        4 => of_text,
        1 => template().prop_map(|template| json!({"type": "message", "template": template})),
        1 => media(),
        1 => list(),
    ]
}

fn media() -> impl Strategy<Value = Value> {
    let url = select(vec![
        "https://a.example/{{context.long}}.jpg",
        "{{context.none}}",
        "{{context.long}}",
        "http://a.example",
    ]);
    let kind = select(vec!["image", "video", "document"]);
    (kind, url, option::of(title())).prop_map(|(kind, url, text)| {
        let media = json!({"type": kind, "url": url});
        node_of("message", vec![("media", Some(media)), ("text", text.map(Value::from))])
    })
}

fn list() -> impl Strategy<Value = Value> {
    (subsequence(IDS.to_vec(), 1..=3), vec(title(), 3), any::<bool>()).prop_map(
        |(ids, titles, one)| {
            let rows: Vec<Value> = ids
                .into_iter()
                .zip(&titles)
                .map(|(id, title)| json!({"id": id, "title": title, "description": "{{vars.v}}"}))
                .collect();
            let list = match one {
                true => json!({ "rows": rows }),
                false => {
                    let other = json!({"title": "{{context.none}}", "rows": [{"id": "other", "title": "Other"}]});
                    json!({"sections": [{"title": "{{context.long}}", "rows": rows}, other]})
                }
            };
            json!({"type": "message", "text": "Which?", "list": list})
        },
    )
}

fn ask() -> impl Strategy<Value = Value> {
    let choices = (ids(), vec((title(), option::of(title())), IDS.len()), any::<bool>());
    let choices = choices.prop_map(|(ids, titles, describes)| {
        let choices = ids.into_iter().zip(titles).map(|(id, (title, description))| {
            let description = description.filter(|_| describes);
            json!({"id": id, "title": title, "description": description})
        });
        ("choice", Some(json!(choices.collect::<Vec<_>>())))
    });
    let kinds = vec!["text", "number", "email", "phone", "date", "media", "location"];
    let expect = prop_oneof![1 => choices, 1 => select(kinds).prop_map(|kind| (kind, None))];
    let retries = option::of(0..3_u32);
    let timeout = option::of(select(vec![0.5, 10.0, 1440.0]));
    let opening = option::weighted(0.1, template());
    (text(), expect, option::of(name()), retries, option::of(text()), timeout, opening).prop_map(
        |(text, (expect, choices), save_as, retries, retry_text, timeout, template)| {
            let country_code = (expect == "phone").then(|| json!("1"));
            node_of(
                "ask",
                vec![
                    ("text", Some(json!(text))),
                    ("expect", Some(json!(expect))),
                    ("country_code", country_code),
                    ("choices", choices),
                    ("save_as", save_as.map(Value::from)),
                    ("retries", retries.map(Value::from)),
                    ("retry_text", retry_text.map(Value::from)),
                    ("timeout", timeout.map(Value::from)),
                    ("template", template),
                ],
            )
        },
    )
}

fn branch() -> impl Strategy<Value = Value> {
    (ids(), vec(conditions::condition(), IDS.len())).prop_map(|(ids, conditions)| {
        let cases =
            ids.into_iter().zip(conditions).map(|(id, when)| json!({"id": id, "when": when}));
        json!({"type": "branch", "cases": cases.collect::<Vec<_>>()})
    })
}

fn split() -> impl Strategy<Value = Value> {
    let arms = subsequence(IDS.to_vec(), 2..=IDS.len());
    (arms, option::of(0.5..9.0_f64), option::of("[a-z]{1,3}")).prop_map(|(ids, weight, key)| {
        let arms = ids.into_iter().map(|id| json!({"id": id, "weight": weight}));
        node_of(
            "split",
            vec![("arms", Some(json!(arms.collect::<Vec<_>>()))), ("key", key.map(Value::from))],
        )
    })
}

fn wait() -> impl Strategy<Value = Value> {
    let minutes =
        select(vec![json!(0.5), json!(90), json!("{{context.x}}"), json!("{{context.number}}")]);
    let until =
        select(vec!["09:30", "{{context.day}}", "{{context.x}}", "2026-12-24", "1970-01-03T10:00"]);
    prop_oneof![
        minutes.prop_map(|minutes| json!({"type": "wait", "minutes": minutes})),
        until.prop_map(|until| json!({"type": "wait", "until": until, "utc_offset": "+02:00"})),
    ]
}

fn set() -> impl Strategy<Value = Value> {
    let vars = btree_map(name(), value(), 1..3).prop_map(|vars| json!(vars));
    // A list of itself, which grows until there is no room.
    let doubling = Just(json!({"v": ["{{vars.v}}", "{{vars.v}}", "{{context.x}}"]}));
    let own = prop_oneof![name(), Just("name".to_owned()), Just("email".to_owned())];
    let contact = option::of(btree_map(own, value(), 1..4).prop_map(|fields| json!(fields)));
    let tag = || option::of(vec(text(), 1..3).prop_map(|tags| json!(tags)));
    (prop_oneof![3 => vars, 1 => doubling], contact, tag(), tag()).prop_map(
        |(vars, contact, add, remove)| {
            let fields = [
                ("vars", Some(vars)),
                ("contact", contact),
                ("add_tags", add),
                ("remove_tags", remove),
            ];
            node_of("set", fields.to_vec())
        },
    )
}

fn http() -> impl Strategy<Value = Value> {
    let urls = vec![
        "https://a.example/{{context.x}}?q={{input.text}}",
        "{{context.x}}",
        "https://a.example/orders",
        "http://{{vars.v}}.example/",
    ];
    let header = option::of(text().prop_map(|text| json!({"X-Order": text})));
    let body = option::of(value());
    (select(urls), select(vec!["GET", "POST", "DELETE"]), header, body, option::of(name()))
        .prop_map(|(url, method, headers, body, save_as)| {
            node_of(
                "http",
                vec![
                    ("url", Some(json!(url))),
                    ("method", Some(json!(method))),
                    ("headers", headers),
                    ("body", body.filter(|body| method != "GET" && !body.is_null())),
                    ("save_as", save_as.map(Value::from)),
                ],
            )
        })
}

fn ai() -> impl Strategy<Value = Value> {
    let labels = option::of(ids());
    (labels, option::of(text()), option::of(text()), option::of(name()), any::<bool>()).prop_map(
        |(ids, prompt, input, save_as, send)| {
            let labels =
                ids.map(|ids| ids.into_iter().map(|id| json!({"id": id})).collect::<Vec<_>>());
            let send = labels.is_none().then(|| json!(send));
            node_of(
                "ai",
                vec![
                    ("labels", labels.map(Value::from)),
                    ("prompt", prompt.map(Value::from)),
                    ("input", input.map(Value::from)),
                    ("save_as", save_as.map(Value::from)),
                    ("send", send),
                ],
            )
        },
    )
}

fn call() -> impl Strategy<Value = Value> {
    let workflow = prop_oneof![6 => select(WORKFLOWS.to_vec()), 1 => Just("none")];
    let with = option::of(btree_map(name(), value(), 1..3).prop_map(|values| json!(values)));
    (workflow, with, option::of(name())).prop_map(|(workflow, with, save_as)| {
        let fields = [
            ("workflow", Some(json!(workflow))),
            ("with", with),
            ("save_as", save_as.map(Value::from)),
        ];
        node_of("call", fields.to_vec())
    })
}

fn consent() -> impl Strategy<Value = Value> {
    (select(vec!["opt_in", "opt_out"]), option::of(text()))
        .prop_map(|(action, text)| json!({"type": "consent", "action": action, "text": text}))
}
