//! The requests to Twilio's REST API. Sending them, and when, is up to the caller.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use form_urlencoded::Serializer;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use http::{Method, Request, Uri};

use crate::origin;
use crate::unsendable::{BuildError as Unsendable, invalid, text};

/// The version of the API that requests name.
const API_VERSION: &str = "2010-04-01";
/// Characters of a text message (error 21617), counted as [`super::texts`] does.
pub const MAX_BODY_CHARS: usize = 1_600;
/// Seconds that a call rings before it is `no-answer`: Twilio's default, which carriers' mailboxes mostly forestall.
const RING_SECONDS: &str = "60";
/// What is told of a call (page: voice/api/call-resource#statuscallbackevent).
const CALL_EVENTS: [&str; 4] = ["initiated", "ringing", "answered", "completed"];
/// Digits of a phone number: no number in use is shorter with its country code; E.164 allows no more.
const MIN_PHONE_DIGITS: usize = 7;
const MAX_PHONE_DIGITS: usize = 15;
/// Characters of an id: `AC` or `CA` and 32 hexadecimal digits; test accounts may be called otherwise.
const MAX_SID_CHARS: usize = 64;

/// Where requests go, and as whom.
#[derive(Clone, Copy)]
pub struct Api<'a> {
    /// `https://api.twilio.com` but for tests.
    pub origin: &'a str,
    /// The account (`AC…`).
    pub account_sid: &'a str,
    /// Its secret.
    pub auth_token: &'a str,
}

impl Api<'_> {
    /// `POST /2010-04-01/Accounts/{account}/Calls.json` (page: voice/api/call-resource#create-a-call-resource).
    ///
    /// - `from` is a number of the account, `to` whom to call: both E.164 with `+`.
    /// - `url` is asked for instructions once somebody has taken the call.
    /// - `status_callback` is told of every step; empty: nobody is.
    ///
    /// The token is marked sensitive, so it is not in the request's `Debug`.
    ///
    /// # Errors
    /// What Twilio would refuse, naming the argument.
    pub fn call(
        &self,
        from: &str,
        to: &str,
        url: &str,
        status_callback: &str,
    ) -> Result<Request<Vec<u8>>, Unsendable> {
        let mut fields = vec![("To", phone("to", to)?), ("From", phone("from", from)?)];
        fields.push(("Url", web("url", url)?));
        if !status_callback.is_empty() {
            fields.push(("StatusCallback", web("status_callback", status_callback)?));
            fields.extend(CALL_EVENTS.map(|event| ("StatusCallbackEvent", event)));
        }
        fields.push(("Timeout", RING_SECONDS));
        self.post("Calls.json", &fields)
    }

    /// `POST /2010-04-01/Accounts/{account}/Messages.json` (page: messaging/api/message-resource#create-a-message).
    ///
    /// - `body` has at most [`MAX_BODY_CHARS`] characters, and may be empty only where there is a file.
    /// - `media` is the address of a file.
    /// - `status_callback` is told what becomes of it; empty: nobody is.
    ///
    /// # Errors
    /// What Twilio would refuse, naming the argument.
    pub fn message(
        &self,
        from: &str,
        to: &str,
        body: &str,
        media: Option<&str>,
        status_callback: &str,
    ) -> Result<Request<Vec<u8>>, Unsendable> {
        let mut fields = vec![("To", phone("to", to)?), ("From", phone("from", from)?)];
        if media.is_none() || !body.trim().is_empty() {
            text("body", body, MAX_BODY_CHARS)?;
            fields.push(("Body", body));
        }
        if let Some(url) = media {
            fields.push(("MediaUrl", web("media", url)?));
        }
        if !status_callback.is_empty() {
            fields.push(("StatusCallback", web("status_callback", status_callback)?));
        }
        self.post("Messages.json", &fields)
    }

    /// `POST /2010-04-01/Accounts/{account}/Calls/{call}.json`: ends a call that is in progress.
    ///
    /// # Errors
    /// An id that is none.
    pub fn hang_up(&self, call_sid: &str) -> Result<Request<Vec<u8>>, Unsendable> {
        let call_sid = sid("call_sid", "CA", call_sid, "a call's id: CA, letters and digits")?;
        self.post(&format!("Calls/{call_sid}.json"), &[("Status", "completed")])
    }

    fn post(&self, path: &str, fields: &[(&str, &str)]) -> Result<Request<Vec<u8>>, Unsendable> {
        let expected = "an account's id: AC, letters and digits";
        let account = sid("account_sid", "AC", self.account_sid, expected)?;
        let not_origin = || invalid("origin", "an origin such as https://api.twilio.com");
        let origin = origin(self.origin).ok_or_else(not_origin)?;
        let body = Serializer::new(String::new()).extend_pairs(fields).finish();
        Request::builder()
            .method(Method::POST)
            .uri(format!("{origin}/{API_VERSION}/Accounts/{account}/{path}"))
            .header(AUTHORIZATION, self.basic()?)
            .header(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"))
            .body(body.into_bytes())
            .map_err(|_| not_origin())
    }

    fn basic(&self) -> Result<HeaderValue, Unsendable> {
        let invalid = || invalid("auth_token", "a token: visible ASCII characters");
        let token = self.auth_token;
        if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(invalid());
        }
        let pair = BASE64_STANDARD.encode(format!("{}:{token}", self.account_sid));
        let mut value = HeaderValue::from_str(&format!("Basic {pair}")).map_err(|_| invalid())?;
        value.set_sensitive(true);
        Ok(value)
    }
}

fn sid<'a>(
    field: &str,
    prefix: &str,
    sid: &'a str,
    expected: &'static str,
) -> Result<&'a str, Unsendable> {
    let rest = sid.strip_prefix(prefix).unwrap_or_default();
    let valid = !rest.is_empty()
        && sid.len() <= MAX_SID_CHARS
        && rest.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if valid { Ok(sid) } else { Err(invalid(field, expected)) }
}

fn phone<'a>(field: &str, number: &'a str) -> Result<&'a str, Unsendable> {
    let digits = number.strip_prefix('+').unwrap_or_default();
    let valid = (MIN_PHONE_DIGITS..=MAX_PHONE_DIGITS).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && !digits.starts_with('0');
    if valid { Ok(number) } else { Err(invalid(field, "a phone number with `+` and country code")) }
}

fn web<'a>(field: &str, url: &'a str) -> Result<&'a str, Unsendable> {
    text(field, url, flow::limits::MAX_URL_CHARS)?;
    let uri: Option<Uri> = url.parse().ok();
    let valid = uri.is_some_and(|uri| matches!(uri.scheme_str(), Some("http" | "https")));
    if valid { Ok(url) } else { Err(invalid(field, "an http or https URL")) }
}
