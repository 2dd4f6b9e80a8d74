//! The body of a webhook: a form, as `application/x-www-form-urlencoded`.

use percent_encoding::percent_decode_str;

/// Pairs in one body. Twilio sends some forty with a call, and two more with each of ten media of a message.
pub const MAX_PARAMS: usize = 200;

/// The names and values in the order of the body, decoded.
///
/// `None` for what is no form (a space, a quotation mark or a brace, which a form escapes: JSON, say), is not UTF-8, or
/// has more than [`MAX_PARAMS`] pairs. An empty body is a form without pairs.
#[must_use]
pub fn params(body: &[u8]) -> Option<Vec<(String, String)>> {
    let body = str::from_utf8(body).ok()?;
    let stranger =
        |byte: u8| !byte.is_ascii_graphic() || matches!(byte, b'"' | b'<' | b'>' | b'{' | b'}');
    if body.bytes().any(stranger) {
        return None;
    }
    let pairs = body.split('&').filter(|pair| !pair.is_empty());
    let params: Option<Vec<_>> = pairs
        .take(MAX_PARAMS + 1)
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some((decoded(name)?, decoded(value)?))
        })
        .collect();
    params.filter(|params| params.len() <= MAX_PARAMS)
}

fn decoded(text: &str) -> Option<String> {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8().ok().map(Into::into)
}

/// The first value of that name, unless it is empty: Twilio sends what it does not know as an empty value.
pub(super) fn value<'a>(params: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let found = params.iter().find(|(given, _)| given == name);
    found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
}

/// As [`value`], owned; empty where there is none.
pub(super) fn text(params: &[(String, String)], name: &str) -> String {
    value(params, name).unwrap_or_default().into()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.into(), value.into())
    }

    #[test]
    fn a_form_is_decoded_in_its_order() {
        let body = b"To=%2B18005551212&Body=na%C3%AFve+%F0%9F%98%80%26%3D&&Empty=&Bare";
        let expected = [
            pair("To", "+18005551212"),
            pair("Body", "na\u{ef}ve \u{1f600}&="),
            pair("Empty", ""),
            pair("Bare", ""),
        ];
        assert_eq!(params(body).unwrap(), expected);
        assert_eq!(params(b"").unwrap(), []);
    }

    #[test]
    fn what_is_no_form_is_none() {
        let strangers: [&[u8]; 6] = [
            br#"{"CallSid":"CA1"}"#,
            b"<xml/>",
            b"a=b c",
            b"a=\xff",
            b"a=%ff",
            "a=\u{e9}".as_bytes(),
        ];
        for body in strangers {
            assert_eq!(params(body), None, "{}", String::from_utf8_lossy(body));
        }
    }

    #[test]
    fn a_form_has_two_hundred_pairs_at_most() {
        assert_eq!(params("a=b&".repeat(200).as_bytes()).unwrap().len(), 200);
        assert_eq!(params("a=b&".repeat(201).as_bytes()), None);
    }

    #[test]
    fn an_empty_value_is_none_and_the_first_counts() {
        let params = [pair("a", ""), pair("b", "1"), pair("b", "2")];
        assert_eq!((value(&params, "a"), value(&params, "b")), (None, Some("1")));
        assert_eq!(value(&params, "c"), None);
    }
}
