//! Changes of JSON that keep it JSON, mostly: what bytes changed at random hardly ever reach is behind a parser. The
//! values are those that break programs: numbers without end, texts that are not Unicode, nesting, what is huge.

use serde_json::{Map, Number, Value, json};

/// Written as such a text, and replaced in what is written: what no JSON value of this program can hold.
const RAW: [(&str, &[u8]); 8] = [
    ("\"#raw:endless#\"", b"1e999"),
    ("\"#raw:long#\"", b"123456789012345678901234567890"),
    ("\"#raw:tiny#\"", b"-1e-999"),
    ("\"#raw:unpaired#\"", b"\"\\ud800\""),
    ("\"#raw:reversed#\"", b"\"a\\udc00\\ud83d\""),
    ("\"#raw:latin#\"", b"\"caf\xe9\""),
    ("\"#raw:overlong#\"", b"\"\xc0\x80\xed\xa0\x80\""),
    ("\"#raw:deep#\"", &[b'['; 200]),
];

/// Texts that break programs.
const TEXTS: [&str; 34] = [
    "",
    " ",
    "\0",
    "\u{feff}",
    "\u{fffe}",
    "\u{fdd0}",
    "\u{202e}abc",
    "e\u{301}",
    "İ",
    "ß",
    "ﬁ",
    "🏳️‍🌈",
    "\u{10ffff}",
    "]]>",
    "<&\"'>",
    "{{",
    "{{context.x}}",
    "{{vars.x|default('')}}",
    "{{ context.x[0]|number(2)|date('%Y') }}",
    "%",
    "%ff%00",
    "../..",
    "~1~0/",
    "-",
    "--",
    "+14155550123",
    "00",
    "2026-12-24",
    "1970-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59.999999999Z",
    "1e309",
    "a@b.c",
    "00000000-0000-0000-0000-000000000000",
    "http://[::1]:99999/",
];

/// Most changes of one mutation.
const MOST: u64 = 4;
/// A text or list is repeated so often, at most.
const REPEATED: usize = 300;
/// Bytes that repetitions may have together: no input is larger.
const ROOM: usize = 64 * 1024;
/// Levels that are wrapped around a value; serde_json reads 128.
const LEVELS: usize = 130;

/// The input with some values changed. `None`: it is no JSON, or its bytes are to be changed this time, or what came out
/// is too large.
pub fn change(
    input: &[u8],
    max_size: usize,
    seed: u32,
    bytes: fn(&mut [u8], usize, usize) -> usize,
) -> Option<Vec<u8>> {
    let mut dice = Dice::new(seed);
    if dice.below(8) == 0 {
        return None;
    }
    let mut document: Value = serde_json::from_slice(input).ok()?;
    for _ in 0..=dice.below(MOST) {
        let donor = picked(&mut document, &mut dice).clone();
        let keys = keys(&document);
        let place = picked(&mut document, &mut dice);
        change_value(place, donor, &keys, &mut dice, bytes);
    }
    written(&document, max_size)
}

/// One input with a value of the other in it. `None`: one of them is no JSON, or it is too large.
pub fn cross(one: &[u8], other: &[u8], max_size: usize, seed: u32) -> Option<Vec<u8>> {
    let mut dice = Dice::new(seed);
    let (mut one, mut other): (Value, Value) =
        (serde_json::from_slice(one).ok()?, serde_json::from_slice(other).ok()?);
    let donor = picked(&mut other, &mut dice).take();
    let keys = keys(&other);
    match picked(&mut one, &mut dice) {
        Value::Array(items) if dice.below(2) == 0 => items.push(donor),
        Value::Object(fields) if dice.below(2) == 0 && !keys.is_empty() => {
            fields.insert(keys[dice.index(keys.len())].clone(), donor);
        }
        place => *place = donor,
    }
    written(&one, max_size)
}

/// The beginning of one input and the end of the other.
pub fn splice(one: &[u8], other: &[u8], max_size: usize, seed: u32) -> Vec<u8> {
    let mut dice = Dice::new(seed);
    let head = &one[..dice.index(one.len() + 1)];
    let tail = &other[dice.index(other.len() + 1)..];
    head.iter().chain(tail).copied().take(max_size).collect()
}

fn written(document: &Value, max_size: usize) -> Option<Vec<u8>> {
    let mut json = serde_json::to_vec(document).ok()?;
    for (text, raw) in RAW {
        while let Some(at) = json.windows(text.len()).position(|bytes| bytes == text.as_bytes()) {
            json.splice(at..at + text.len(), raw.iter().copied());
        }
    }
    (json.len() <= max_size).then_some(json)
}

fn change_value(
    place: &mut Value,
    donor: Value,
    keys: &[String],
    dice: &mut Dice,
    bytes: fn(&mut [u8], usize, usize) -> usize,
) {
    match (dice.below(10), place) {
        (0, place) => *place = hostile(dice),
        (1, place) => *place = donor,
        (2, place) => {
            let inner = place.take();
            let levels = [1, 3, 65, LEVELS][dice.index(4)];
            *place = (0..levels).fold(inner, |inner, _| json!([inner]));
        }
        (_, Value::Array(items)) => change_list(items, donor, dice),
        (_, Value::Object(fields)) => change_object(fields, donor, keys, dice),
        (_, Value::String(text)) => change_text(text, dice, bytes),
        (_, Value::Number(number)) => *number = near(number, dice),
        (_, place) => *place = hostile(dice),
    }
}

fn near(number: &Number, dice: &mut Dice) -> Number {
    let by = [1, -1, 7, 60_000, -60_000][dice.index(5)];
    match number.as_i64() {
        Some(whole) if dice.below(4) > 0 => whole.wrapping_add(by).into(),
        _ => {
            let number = number.as_f64().unwrap_or_default();
            let all = [number + 0.5, -number, number * 1000.0, number / 3.0, number.trunc()];
            Number::from_f64(all[dice.index(all.len())]).unwrap_or_else(|| 0.into())
        }
    }
}

fn change_list(items: &mut Vec<Value>, donor: Value, dice: &mut Dice) {
    if items.is_empty() {
        return items.push(donor);
    }
    let at = dice.index(items.len());
    match dice.below(5) {
        0 => drop(items.remove(at)),
        1 => items.insert(at, donor),
        2 => {
            let other = dice.index(items.len());
            items.swap(at, other);
        }
        3 => items.push(items[at].clone()),
        _ => {
            let again = items[at].clone();
            let times = dice.times(again.to_string().len());
            items.extend(std::iter::repeat_n(again, times));
        }
    }
}

fn change_object(fields: &mut Map<String, Value>, donor: Value, keys: &[String], dice: &mut Dice) {
    let own: Vec<String> = fields.keys().cloned().collect();
    let own = own.get(dice.index(own.len().max(1))).cloned().unwrap_or_default();
    let other = match keys.is_empty() {
        true => String::new(),
        false => keys[dice.index(keys.len())].clone(),
    };
    match dice.below(4) {
        0 => drop(fields.remove(&own)),
        1 => drop(fields.insert(other, donor)),
        2 => {
            let value = fields.remove(&own).unwrap_or_default();
            fields.insert(other, value);
        }
        _ => drop(fields.insert(TEXTS[dice.index(TEXTS.len())].to_owned(), donor)),
    }
}

fn change_text(text: &mut String, dice: &mut Dice, bytes: fn(&mut [u8], usize, usize) -> usize) {
    match dice.below(6) {
        0 => *text = TEXTS[dice.index(TEXTS.len())].to_owned(),
        1 => {
            let boundary =
                (0..=dice.index(text.len() + 1)).rev().find(|at| text.is_char_boundary(*at));
            text.insert_str(boundary.unwrap_or(0), TEXTS[dice.index(TEXTS.len())]);
        }
        2 => *text = text.repeat(dice.times(text.len())),
        _ => {
            // Its bytes, by the engine, which knows what the program compares with.
            let most = text.len() + 64;
            let mut buffer = text.as_bytes().to_vec();
            buffer.resize(most, 0);
            let size = bytes(&mut buffer, text.len(), most);
            *text = String::from_utf8_lossy(&buffer[..size]).into_owned();
        }
    }
}

fn hostile(dice: &mut Dice) -> Value {
    let numbers = [
        json!(0),
        json!(-1),
        json!(-0.0),
        json!(0.1),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(1e308),
        json!(5e-324),
        json!(9_007_199_254_740_993_u64),
        json!(1_000_000_000),
        json!(u32::MAX),
        json!(i64::MAX),
        json!(null),
        json!(true),
        json!([]),
        json!({}),
    ];
    match dice.below(3) {
        0 => numbers[dice.index(numbers.len())].clone(),
        1 => TEXTS[dice.index(TEXTS.len())].into(),
        _ => RAW[dice.index(RAW.len())].0.trim_matches('"').into(),
    }
}

/// Any of the document's values, each as likely.
fn picked<'v>(document: &'v mut Value, dice: &mut Dice) -> &'v mut Value {
    let mut nth = dice.index(count(document));
    let mut place = document;
    'down: while nth > 0 {
        nth -= 1;
        let inner: Box<dyn Iterator<Item = &mut Value>> = match place {
            Value::Array(items) => Box::new(items.iter_mut()),
            Value::Object(fields) => Box::new(fields.values_mut()),
            _ => unreachable!("`count` counts no more"),
        };
        for value in inner {
            let inside = count(value);
            if nth < inside {
                place = value;
                continue 'down;
            }
            nth -= inside;
        }
        unreachable!("`count` counts no more");
    }
    place
}

/// How many values there are, itself included.
fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(fields) => fields.values().map(count).sum(),
        _ => 0,
    }
}

/// The names of all fields, those of several objects several times.
fn keys(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().flat_map(keys).collect(),
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(key, value)| std::iter::once(key.clone()).chain(keys(value)))
            .collect(),
        _ => Vec::new(),
    }
}

/// Numbers that follow from a seed (xorshift64*, Vigna 2016).
struct Dice(u64);

impl Dice {
    fn new(seed: u32) -> Self {
        Self(u64::from(seed) << 1 | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }

    fn below(&mut self, most: u64) -> u64 {
        self.next() % most
    }

    /// How often something of so many bytes is repeated.
    fn times(&mut self, bytes: usize) -> usize {
        [2, 11, 51, REPEATED][self.index(4)].min(ROOM / bytes.max(1))
    }

    fn index(&mut self, length: usize) -> usize {
        (self.next() % length as u64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unchanged(_: &mut [u8], size: usize, _: usize) -> usize {
        size
    }

    #[test]
    fn changed_json_is_within_the_limit_and_seldom_broken() {
        let input = br#"{"a": [1, "x", {"b": null}], "c": "text"}"#;
        let mut parsed = 0;
        for seed in 0..2_000 {
            let Some(changed) = change(input, 500, seed, unchanged) else { continue };
            assert!(changed.len() <= 500);
            parsed += usize::from(serde_json::from_slice::<Value>(&changed).is_ok());
        }
        assert!(parsed > 800, "{parsed}");
    }

    #[test]
    fn every_value_is_picked_sometimes() {
        let mut document = json!({"a": [1, {"b": 2}], "c": 3});
        let mut found = std::collections::BTreeSet::new();
        for seed in 0..500 {
            found.insert(picked(&mut document, &mut Dice::new(seed)).to_string());
        }
        assert_eq!(found.len(), count(&document));
    }

    #[test]
    fn crossed_json_has_something_of_both() {
        let crossed = |seed| cross(br#"{"a": 1}"#, br#"["other"]"#, 100, seed);
        let all: Vec<String> = (0..100)
            .filter_map(crossed)
            .map(|json| String::from_utf8_lossy(&json).into_owned())
            .collect();
        assert!(all.iter().any(|json| json.contains("\"a\"") && json.contains("other")), "{all:?}");
    }
}
