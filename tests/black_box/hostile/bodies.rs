//! Bodies that nobody sends who means well.

use serde_json::{Value, json};

/// Far deeper than any parser should follow.
const DEEP: usize = 100_000;
/// As long as a body may nearly be.
const LONG: usize = 900_000;
/// The longest body of most endpoints (design, section 6).
pub const LIMIT: usize = 1 << 20;

/// A body, and how it is called in findings.
pub struct Hostile {
    pub name: &'static str,
    pub bytes: Vec<u8>,
    /// Whether it is JSON that could be meant.
    pub is_json: bool,
}

fn broken(name: &'static str, bytes: impl Into<Vec<u8>>) -> Hostile {
    Hostile { name, bytes: bytes.into(), is_json: false }
}

fn odd(name: &'static str, bytes: impl Into<Vec<u8>>) -> Hostile {
    Hostile { name, bytes: bytes.into(), is_json: true }
}

/// For every endpoint that takes a body.
pub fn all() -> Vec<Hostile> {
    let name = |value: &[u8]| [b"{\"name\":\"", value, b"\"}"].concat();
    vec![
        broken("deep lists", format!("{}{}", "[".repeat(DEEP), "]".repeat(DEEP))),
        broken("deep lists without an end", "[".repeat(DEEP)),
        broken("deep objects", format!("{}1{}", "{\"a\":".repeat(DEEP), "}".repeat(DEEP))),
        broken("a deep field", format!("{{\"name\":{}{}}}", "[".repeat(DEEP), "]".repeat(DEEP))),
        broken("a number beyond all", "{\"name\":1e999999}"),
        broken("a number below all", "{\"name\":-1e999999}"),
        broken("half a million digits", format!("{{\"name\":{}}}", "9".repeat(LONG / 2))),
        odd(
            "half a million digits of a fraction",
            format!("{{\"name\":0.{}}}", "1".repeat(LONG / 2)),
        ),
        broken("bytes that are no UTF-8", name(b"\xff\xfe")),
        broken("a surrogate in UTF-8", name(b"\xed\xa0\x80")),
        broken("an overlong slash", name(b"\xc0\xaf")),
        broken("half a character", name(b"\xf0\x9f\x98")),
        broken("a field that is no UTF-8", b"{\"\xff\":1}".to_vec()),
        broken("an unpaired surrogate", name(b"\\ud800")),
        broken("surrogates the wrong way round", name(b"\\udc00\\ud800")),
        broken("a field with an unpaired surrogate", "{\"\\ud800\":1}"),
        broken("a raw NUL", name(b"\0")),
        odd("an escaped NUL", name(b"\\u0000")),
        broken("only NULs", vec![0; 1000]),
        broken("a raw line feed", name(b"\n")),
        broken("a byte order mark", b"\xef\xbb\xbf{}".to_vec()),
        broken("UTF-16", "{\0}\0"),
        broken("an end too early", "{\"name\":"),
        broken("two bodies", "{}{}"),
        broken("a comment", "{/* no */}"),
        broken("no number", "{\"name\":NaN}"),
        broken("a form", "name=a&phone=%2B14155550123"),
        broken("white space", " ".repeat(1000)),
        odd("null", "null"),
        odd("a number", "0"),
        odd("a text", "\"name\""),
        odd("a list", "[{}]"),
        odd("a field twice", "{\"name\":\"a\",\"name\":\"b\"}"),
        odd("a field twice, of two types", "{\"name\":\"a\",\"name\":{\"a\":1}}"),
        odd("many fields", many_fields(40_000)),
        odd("a long field", format!("{{\"{}\":1}}", "k".repeat(LONG))),
        odd("a long text", name(&vec![b'a'; LONG])),
        odd("a long list", format!("{{\"name\":[{}0]}}", "0,".repeat(LONG / 2))),
        odd("as long as may be", format!("{{}}{}", " ".repeat(LIMIT - 2))),
        broken("a byte too long", format!("{{}}{}", " ".repeat(LIMIT - 1))),
    ]
}

fn many_fields(count: usize) -> String {
    let fields: Vec<String> = (0..count).map(|n| format!("\"field {n}\":{n}")).collect();
    format!("{{{}}}", fields.join(","))
}

/// What stands in the place of a right value.
pub fn values() -> Vec<(&'static str, Value)> {
    let deep = (0..120).fold(json!("deep"), |inside, _| json!([inside]));
    let fields = (0..5_000).map(|n| (format!("field {n}"), json!(n)));
    vec![
        ("NULs", json!("\0\0")),
        ("signs that write backwards", json!("\u{202e}\u{feff}\u{fffe} é́́́́")),
        ("a long text", json!("a".repeat(LONG / 3))),
        ("a long text of four bytes each", json!("😀".repeat(LONG / 12))),
        ("a list in lists", deep),
        ("many fields", Value::Object(fields.collect())),
        ("a long list", json!(vec![0; 50_000])),
        ("a huge number", json!(1e308)),
        ("the least number", json!(i64::MIN)),
        ("a template", json!("{{ contact }}{% for a in b %}{{{{{{")),
        ("nothing", Value::Null),
    ]
}

/// Where the values of a body are, as JSON pointers: of its fields, and of theirs.
pub fn places(body: &Value) -> Vec<String> {
    let children: Vec<(String, &Value)> = match body {
        Value::Object(fields) => {
            let escaped = |name: &String| name.replace('~', "~0").replace('/', "~1");
            fields.iter().map(|(name, value)| (escaped(name), value)).collect()
        }
        Value::Array(items) => {
            items.iter().enumerate().map(|(n, value)| (n.to_string(), value)).collect()
        }
        _ => Vec::new(),
    };
    let below = children.into_iter().flat_map(|(name, value)| {
        let inside = places(value).into_iter().map(|place| format!("/{name}{place}"));
        std::iter::once(format!("/{name}")).chain(inside.collect::<Vec<_>>())
    });
    below.collect()
}
