//! What Twilio refuses by itself, and the shape of its errors (pages: api/errors, iam/test-credentials).

use serde_json::{Value, json};

use super::TelephonyRequest;
use crate::Answer;

/// A text message's body, in characters (error 21617).
const MAX_BODY_CHARS: usize = 1_600;
/// Digits of a number (ITU-T E.164).
const MAX_PHONE_DIGITS: usize = 15;
/// No number in use is shorter with its country code.
const MIN_PHONE_DIGITS: usize = 7;

/// The numbers to which, or from which, Twilio's test credentials give an error.
const MAGIC: [(&str, &str, &str, i64, &str); 12] = [
    ("Messages", "From", "+15005550001", 21_212, "is not a valid phone number"),
    ("Messages", "From", "+15005550007", 21_606, "is not owned by this account"),
    (
        "Messages",
        "From",
        "+15005550008",
        21_611,
        "has exceeded the maximum number of queued messages",
    ),
    ("Messages", "To", "+15005550001", 21_211, "is not a valid phone number"),
    ("Messages", "To", "+15005550002", 21_612, "is not reachable"),
    ("Messages", "To", "+15005550003", 21_408, "is in a region that is not enabled"),
    ("Messages", "To", "+15005550004", 21_610, "has unsubscribed"),
    ("Messages", "To", "+15005550009", 21_614, "is not a mobile number"),
    ("Calls", "From", "+15005550001", 21_212, "is not a valid phone number"),
    ("Calls", "To", "+15005550001", 21_217, "does not appear to be valid"),
    ("Calls", "To", "+15005550003", 21_215, "is in a region that is not enabled"),
    ("Calls", "To", "+15005550004", 21_216, "is not allowed to be called"),
];

/// The body of a refusal.
pub(super) fn error(status: u16, code: i64, message: &str) -> Value {
    json!({
        "code": code,
        "message": message,
        "more_info": format!("https://www.twilio.com/docs/errors/{code}"),
        "status": status,
    })
}

/// Why Twilio would not take this request; `None` if it would. A subset of its checks: those that a mistake of ours
/// would run into, and its magic numbers.
pub(super) fn refusal(sent: &TelephonyRequest) -> Option<Answer> {
    if sent.token.is_empty() || sent.user != sent.account {
        return Some(Answer::refuse(401, 20_003, "Authenticate"));
    }
    let checked = match sent.call_sid() {
        Some(_) => ended(sent),
        None if sent.is_message() => numbers(sent, "Messages", 21_211).and_then(|()| message(sent)),
        None => numbers(sent, "Calls", 21_217).and_then(|()| call(sent)),
    };
    checked.err().map(|(code, message)| Answer::refuse(400, code, message))
}

type Checked = Result<(), (i64, String)>;

fn numbers(sent: &TelephonyRequest, resource: &str, invalid_to: i64) -> Checked {
    let (no_to, no_from) = if resource == "Calls" { (21_201, 21_213) } else { (21_604, 21_603) };
    required(sent, "To", no_to)?;
    required(sent, "From", no_from)?;
    for (field, code) in [("From", 21_212), ("To", invalid_to)] {
        let number = sent.field(field);
        if !is_e164(number) {
            return Err((
                code,
                format!("The '{field}' number {number} is not a valid phone number"),
            ));
        }
        let magic =
            MAGIC.iter().find(|magic| (magic.0, magic.1, magic.2) == (resource, field, number));
        if let Some((.., code, why)) = magic {
            return Err((*code, format!("The '{field}' number {number} {why}")));
        }
    }
    Ok(())
}

fn message(sent: &TelephonyRequest) -> Checked {
    let has_media = sent.fields_of("MediaUrl").next().is_some();
    if sent.body().trim().is_empty() && !has_media {
        return Err((21_602, "Message body is required".into()));
    }
    if sent.body().chars().count() > MAX_BODY_CHARS {
        return Err((
            21_617,
            "The concatenated message body exceeds the 1600 character limit".into(),
        ));
    }
    for url in sent.fields_of("MediaUrl") {
        web(url, 21_620)?;
    }
    callback(sent, 21_609)
}

fn call(sent: &TelephonyRequest) -> Checked {
    if sent.field("Twiml").is_empty() && sent.field("ApplicationSid").is_empty() {
        web(sent.url(), 21_205)?;
    }
    callback(sent, 21_205)
}

fn ended(sent: &TelephonyRequest) -> Checked {
    match sent.field("Status") {
        "completed" | "canceled" => Ok(()),
        status => Err((21_218, format!("Invalid status {status}"))),
    }
}

fn callback(sent: &TelephonyRequest, code: i64) -> Checked {
    match sent.status_callback() {
        "" => Ok(()),
        url => web(url, code),
    }
}

fn required(sent: &TelephonyRequest, field: &str, code: i64) -> Checked {
    if sent.field(field).is_empty() {
        return Err((code, format!("A '{field}' phone number is required.")));
    }
    Ok(())
}

fn web(url: &str, code: i64) -> Checked {
    if url.starts_with("https://") || url.starts_with("http://") {
        return Ok(());
    }
    Err((code, format!("Url is not a valid URL: {url}")))
}

fn is_e164(number: &str) -> bool {
    let digits = number.strip_prefix('+').unwrap_or_default();
    (MIN_PHONE_DIGITS..=MAX_PHONE_DIGITS).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
}
