//! The webhooks that Twilio sends, signed as it signs them (pages: voice/twiml, messaging/guides/webhook-request).

use std::time::Duration;

use anyhow::Context as _;
use form_urlencoded::Serializer;
use http::{Request, Response, Uri};

use crate::ACCOUNT_SID;

/// How long the host may take to answer: Twilio gives up after 15 seconds, a test on a busy machine should not.
const PATIENCE: Duration = Duration::from_secs(60);

/// An id for a call (`CA`) or a message (`SM`): no two are the same.
pub fn new_sid(prefix: &str) -> String {
    format!("{prefix}{}", uuid::Uuid::new_v4().simple())
}

/// A webhook in the making: a form.
#[derive(Clone, Debug)]
pub struct TelephonyWebhook {
    params: Vec<(String, String)>,
}

/// A form for one URL, and its `X-Twilio-Signature`. The same one posted again is a redelivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedForm {
    /// The URL that the signature is for: the public one.
    pub url: String,
    /// The raw body.
    pub body: Vec<u8>,
    /// The header's value.
    pub signature: String,
}

impl TelephonyWebhook {
    /// A contact calls us: the first request of a new call.
    #[must_use]
    pub fn call(from: &str, to: &str) -> Self {
        Self::of_call(&new_sid("CA"), "inbound", from, to).status("ringing")
    }

    /// The contact takes a call of ours, of which `sid` is what its creation was answered with.
    #[must_use]
    pub fn answered(sid: &str, from: &str, to: &str) -> Self {
        Self::of_call(sid, "outbound-api", from, to).status("in-progress")
    }

    fn of_call(sid: &str, direction: &str, from: &str, to: &str) -> Self {
        let caller = if direction == "inbound" { from } else { to };
        Self { params: Vec::new() }
            .with("AccountSid", ACCOUNT_SID)
            .with("ApiVersion", "2010-04-01")
            .with("CallSid", sid)
            .with("Called", to)
            .with("Caller", from)
            .with("CallerCountry", if caller.starts_with("+1") { "US" } else { "" })
            .with("Direction", direction)
            .with("From", from)
            .with("To", to)
    }

    /// A contact writes a text message.
    #[must_use]
    pub fn text(from: &str, to: &str, body: &str) -> Self {
        let sid = new_sid("SM");
        Self { params: Vec::new() }
            .with("AccountSid", ACCOUNT_SID)
            .with("ApiVersion", "2010-04-01")
            .with("MessageSid", &sid)
            .with("SmsMessageSid", &sid)
            .with("SmsSid", &sid)
            .with("SmsStatus", "received")
            .with("Body", body)
            .with("From", from)
            .with("To", to)
            .with("NumMedia", "0")
            .with("NumSegments", "1")
    }

    /// What became of a text message of ours: `sent`, `delivered`, `undelivered` …
    #[must_use]
    pub fn message_status(sid: &str, status: &str, from: &str, to: &str) -> Self {
        Self { params: Vec::new() }
            .with("AccountSid", ACCOUNT_SID)
            .with("ApiVersion", "2010-04-01")
            .with("MessageSid", sid)
            .with("SmsSid", sid)
            .with("MessageStatus", status)
            .with("SmsStatus", status)
            .with("From", from)
            .with("To", to)
    }

    /// With the id of a call that there is already.
    #[must_use]
    pub fn of(self, call_sid: &str) -> Self {
        self.with("CallSid", call_sid)
    }

    /// The contact pressed these keys.
    #[must_use]
    pub fn digits(self, digits: &str) -> Self {
        self.status("in-progress").with("Digits", digits)
    }

    /// The contact said this, as speech recognition writes it.
    #[must_use]
    pub fn speech(self, words: &str) -> Self {
        self.status("in-progress").with("SpeechResult", words).with("Confidence", "0.92")
    }

    /// The call is now `ringing`, `in-progress`, `completed`, `busy` …
    #[must_use]
    pub fn status(self, status: &str) -> Self {
        self.with("CallStatus", status)
    }

    /// The call has ended after so many seconds.
    #[must_use]
    pub fn completed(self, seconds: u64) -> Self {
        let minutes = seconds.div_ceil(60).to_string();
        self.status("completed")
            .with("CallDuration", &seconds.to_string())
            .with("Duration", &minutes)
    }

    /// And another file of a text message.
    #[must_use]
    pub fn media(self, url: &str, mime_type: &str) -> Self {
        let count: usize = self.value("NumMedia").parse().unwrap_or_default();
        self.with("NumMedia", &(count + 1).to_string())
            .with(&format!("MediaUrl{count}"), url)
            .with(&format!("MediaContentType{count}"), mime_type)
    }

    /// With a parameter more, or another value.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        match self.params.iter_mut().find(|(given, _)| given == name) {
            Some((_, given)) => *given = value.into(),
            None => self.params.push((name.into(), value.into())),
        }
        self
    }

    /// The value of a parameter; empty where there is none.
    #[must_use]
    pub fn value(&self, name: &str) -> &str {
        let found = self.params.iter().find(|(given, _)| given == name);
        found.map_or("", |(_, value)| value)
    }

    /// The names and values, in their order.
    #[must_use]
    pub fn params(&self) -> &[(String, String)] {
        &self.params
    }

    /// The form for that public URL, signed with `auth_token`.
    #[must_use]
    pub fn sign(&self, auth_token: &str, url: &str) -> SignedForm {
        let body = Serializer::new(String::new()).extend_pairs(&self.params).finish().into_bytes();
        let signature = channels::telephony::sign(auth_token, url, &self.params);
        SignedForm { url: url.into(), body, signature }
    }
}

impl SignedForm {
    /// Posts it to `origin`, to the path and query of its URL: the public name need not lead to this machine.
    ///
    /// # Errors
    /// When there is no answer, or `origin` is no `http://` origin.
    pub async fn post(&self, origin: &str) -> anyhow::Result<Response<Vec<u8>>> {
        let uri: Uri = self.url.parse()?;
        let path = uri.path_and_query().context("a URL without a path")?;
        let request = Request::post(format!("{}{path}", origin.trim_end_matches('/')))
            .header("content-type", "application/x-www-form-urlencoded; charset=UTF-8")
            .header("x-twilio-signature", &self.signature)
            .body(self.body.clone())?;
        crate::exchange(request, PATIENCE).await
    }
}
