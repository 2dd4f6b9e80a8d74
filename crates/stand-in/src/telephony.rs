//! Plays Twilio's API for calls and text messages at the same origin (contract/channel-telephony.md).

mod refusal;
mod request;
mod webhook;

use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::bail;
use http::{Method, Request, header};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use serde_json::json;
use tokio::sync::watch;

use self::refusal::{error, refusal};
pub use self::request::TelephonyRequest;
pub use self::webhook::{SignedForm, TelephonyWebhook, new_sid};
use crate::record::Record;
use crate::server::{Answered, MAX_BODY, Unanswered, give, lock, now, respond};
use crate::{Answer, StandIn};

/// What begins every path.
const ACCOUNTS: &str = "/2010-04-01/Accounts/";

/// Decides on a request that Twilio would take.
pub type DecideTelephony = Arc<dyn Fn(&TelephonyRequest) -> Answer + Send + Sync>;

/// Called with every request to Twilio, once it is recorded and before it is answered.
pub type OnTelephony = Arc<dyn Fn(&TelephonyRequest) + Send + Sync>;

/// What was sent, and how it is answered.
pub(crate) struct Telephony {
    requests: Mutex<Record<TelephonyRequest>>,
    /// Goes before what `decide` says.
    queue: Mutex<VecDeque<Answer>>,
    decide: Mutex<Option<DecideTelephony>>,
    on_sent: Option<OnTelephony>,
    count: watch::Sender<usize>,
}

impl StandIn {
    /// Every call, hang-up and text message so far, in the order of arrival, also those that were refused.
    pub fn telephony_sent(&self) -> Vec<TelephonyRequest> {
        lock(&self.state.telephony.requests).received.clone()
    }

    /// The next request that Twilio would take gets this answer; called again, the one after it. What is queued goes
    /// before what [`answer_telephony_with`](Self::answer_telephony_with) decides.
    pub fn queue_telephony(&self, answer: Answer) {
        lock(&self.state.telephony.queue).push_back(answer);
    }

    /// From now on `decide` answers calls, hang-ups and text messages, instead of [`Answer::Accept`].
    pub fn answer_telephony_with(
        &self,
        decide: impl Fn(&TelephonyRequest) -> Answer + Send + Sync + 'static,
    ) {
        *lock(&self.state.telephony.decide) = Some(Arc::new(decide));
    }

    /// Waits until `enough` holds of all that telephony was sent so far.
    ///
    /// # Errors
    /// When it does not within `limit`; the error lists what was sent.
    pub async fn wait_until_telephony(
        &self,
        limit: Duration,
        enough: impl Fn(&[TelephonyRequest]) -> bool,
    ) -> anyhow::Result<Vec<TelephonyRequest>> {
        let telephony = &self.state.telephony;
        let mut count = telephony.count.subscribe();
        let waited = count.wait_for(|_| enough(&lock(&telephony.requests).received));
        let in_time = tokio::time::timeout(limit, waited).await.is_ok();
        let sent = self.telephony_sent();
        if !in_time {
            let lines: Vec<_> = sent.iter().map(TelephonyRequest::to_string).collect();
            bail!("not within {limit:?}; {} sent:\n{}", lines.len(), lines.join("\n"));
        }
        Ok(sent)
    }
}

impl Telephony {
    pub(crate) fn open(
        record: Option<&Path>,
        on_sent: Option<OnTelephony>,
    ) -> anyhow::Result<Self> {
        let requests = Record::<TelephonyRequest>::open(record)?;
        let count = watch::Sender::new(requests.received.len());
        let (queue, decide) = Default::default();
        Ok(Self { requests: Mutex::new(requests), queue, decide, on_sent, count })
    }

    pub(crate) fn is_at(path: &str) -> bool {
        path.starts_with(ACCOUNTS)
    }

    pub(crate) async fn answer(&self, request: Request<Incoming>) -> Answered {
        let path = request.uri().path().to_owned();
        let found = path.strip_prefix(ACCOUNTS).and_then(|rest| rest.split_once('/'));
        let found = found.filter(|(_, resource)| TelephonyRequest::is_resource(resource));
        let Some((account, resource)) = found else {
            let message = format!("The requested resource {path} was not found");
            return respond(404, &error(404, 20_404, &message));
        };
        if request.method() != Method::POST {
            return respond(405, &error(405, 20_004, "Method not allowed"));
        }
        let authorization = request.headers().get(header::AUTHORIZATION);
        let authorization = authorization.and_then(|value| value.to_str().ok()).unwrap_or_default();
        let mut sent = TelephonyRequest::new(account, resource, authorization);
        let Ok(body) = Limited::new(request.into_body(), MAX_BODY).collect().await else {
            return Err(Unanswered);
        };
        sent.fields = form_urlencoded::parse(&body.to_bytes()).into_owned().collect();
        let (sent, answer) = self.receive(sent);
        give(answer, error, |_| accepted(&sent)).await
    }

    /// Decides and records in one step, so that the order of the record is that of the answers.
    fn receive(&self, mut sent: TelephonyRequest) -> (TelephonyRequest, Answer) {
        let decide = lock(&self.decide).clone();
        let mut record = lock(&self.requests);
        (sent.number, sent.at) = (record.next_number(), now());
        let answer = refusal(&sent).unwrap_or_else(|| {
            let queued = lock(&self.queue).pop_front();
            queued.or_else(|| decide.map(|decide| decide(&sent))).unwrap_or_default()
        });
        sent.sid = answer.takes().then(|| sent.new_sid());
        sent.status = match answer.status() {
            Some(200) if answer.takes() => Some(sent.accepted_status()),
            status => status,
        };
        if let Err(error) = record.add(sent.clone()) {
            eprintln!("stand-in: cannot write the record: {error:#}");
        }
        if let Some(on_sent) = &self.on_sent {
            on_sent(&sent);
        }
        let count = record.received.len();
        drop(record);
        self.count.send_replace(count);
        (sent, answer)
    }
}

/// The parts of Twilio's answer that a client reads (page: voice/api/call-resource).
fn accepted(sent: &TelephonyRequest) -> Answered {
    let status = if sent.call_sid().is_some() { "completed" } else { "queued" };
    let body = json!({
        "sid": sent.sid,
        "account_sid": sent.account,
        "to": sent.to(),
        "from": sent.from(),
        "status": status,
        "direction": "outbound-api",
        "error_code": null,
        "error_message": null,
    });
    respond(sent.accepted_status(), &body)
}
