//! The HTTP side: takes requests, records them, answers as decided.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, bail};
use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use crate::called::texts;
use crate::record::Record;
use crate::refusal::{error, refusal};
use crate::telephony::Telephony;
use crate::templates::Listed;
use crate::{Answer, Called, Decide, DecideCall, OnTelephony, SentMessage, new_message_id};

/// More than any message of ours.
pub(crate) const MAX_BODY: usize = 1 << 20;

/// Called with every request, once it is recorded and before it is answered.
pub type OnSent = Arc<dyn Fn(&SentMessage) + Send + Sync>;

/// Where the stand-in listens and what it does besides answering.
#[derive(Clone)]
pub struct Config {
    /// Port 0 lets the system choose one.
    pub listen: SocketAddr,
    /// A file to which every message is appended as a line of JSON, and from which a later start knows them. Calls of
    /// other addresses are in a file beside it: of `stand-in.jsonl`, `stand-in.calls.jsonl`; and what telephony is sent,
    /// in `stand-in.telephony.jsonl`.
    pub record: Option<PathBuf>,
    /// Sees every message.
    pub on_sent: Option<OnSent>,
    /// Sees every call and text message.
    pub on_telephony: Option<OnTelephony>,
}

/// A free port of 127.0.0.1, no file, nobody called.
impl Default for Config {
    fn default() -> Self {
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Self { listen, record: None, on_sent: None, on_telephony: None }
    }
}

/// A running stand-in. Dropping it closes its port and its connections.
pub struct StandIn {
    address: SocketAddr,
    pub(crate) state: Arc<State>,
    accepting: JoinHandle<()>,
}

pub(crate) struct State {
    messages: Mutex<Record<SentMessage>>,
    calls: Mutex<Record<Called>>,
    /// Goes before what `decide` says.
    queue: Mutex<VecDeque<Answer>>,
    decide: Mutex<Option<Decide>>,
    decide_call: Mutex<Option<DecideCall>>,
    templates: Mutex<Listed>,
    pub(crate) telephony: Telephony,
    on_sent: Option<OnSent>,
    count: watch::Sender<usize>,
}

impl StandIn {
    /// Starts to listen; when this returns, requests are answered.
    ///
    /// # Errors
    /// When the port is in use, or the record file cannot be read or written.
    pub async fn start(config: Config) -> anyhow::Result<Self> {
        let record = config.record.as_deref();
        let messages = Record::<SentMessage>::open(record)?;
        let calls = record.map(|path| path.with_extension("calls.jsonl"));
        let calls = Record::open(calls.as_deref())?;
        let telephony = record.map(|path| path.with_extension("telephony.jsonl"));
        let telephony = Telephony::open(telephony.as_deref(), config.on_telephony)?;
        let listener = TcpListener::bind(config.listen)
            .await
            .with_context(|| format!("the stand-in cannot listen on {}", config.listen))?;
        let address = listener.local_addr()?;
        let state = Arc::new(State {
            count: watch::Sender::new(messages.received.len()),
            messages: Mutex::new(messages),
            calls: Mutex::new(calls),
            queue: Mutex::default(),
            decide: Mutex::default(),
            decide_call: Mutex::default(),
            templates: Mutex::default(),
            telephony,
            on_sent: config.on_sent,
        });
        let accepting = tokio::spawn(accept(listener, state.clone()));
        Ok(Self { address, state, accepting })
    }

    /// `http://127.0.0.1:PORT`: the value of the variables `whatsapp_api_url`, `telephony_api_url` and `llm_url`, and what begins the address
    /// of an `http` node: `http://127.0.0.1:PORT/http/orders`, where the operator has listed the origin as `outbound1`.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Every message so far, in the order of arrival, also those that were refused.
    pub fn sent(&self) -> Vec<SentMessage> {
        lock(&self.state.messages).received.clone()
    }

    /// Every call of another address so far, in the order of arrival: below `/http/`, and of the language model.
    pub fn called(&self) -> Vec<Called> {
        lock(&self.state.calls).received.clone()
    }

    /// The next request that the provider would take gets this answer; called again, the one after it. What
    /// is queued goes before what [`answer_with`](Self::answer_with) decides.
    pub fn queue(&self, answer: Answer) {
        lock(&self.state.queue).push_back(answer);
    }

    /// From now on `decide` answers, instead of [`Answer::Accept`].
    pub fn answer_with(&self, decide: impl Fn(&SentMessage) -> Answer + Send + Sync + 'static) {
        *lock(&self.state.decide) = Some(Arc::new(decide));
    }

    /// From now on `decide` answers calls of other addresses, instead of [`Answer::Accept`].
    pub fn answer_calls_with(&self, decide: impl Fn(&Called) -> Answer + Send + Sync + 'static) {
        *lock(&self.state.decide_call) = Some(Arc::new(decide));
    }

    /// From now on this business account has these templates: see [`template`](crate::template). Who reads them is in
    /// [`called`](Self::called), and answered as [`answer_calls_with`](Self::answer_calls_with) says.
    pub fn has_templates(&self, business_account: &str, templates: Vec<Value>) {
        lock(&self.state.templates).set(business_account, templates);
    }

    /// Waits until `enough` holds of everything sent so far.
    ///
    /// # Errors
    /// When it does not within `limit`; the error lists what was sent.
    pub async fn wait_until(
        &self,
        limit: Duration,
        enough: impl Fn(&[SentMessage]) -> bool,
    ) -> anyhow::Result<Vec<SentMessage>> {
        let mut count = self.state.count.subscribe();
        let waited = count.wait_for(|_| enough(&lock(&self.state.messages).received));
        let in_time = tokio::time::timeout(limit, waited).await.is_ok();
        let sent = self.sent();
        if !in_time {
            let lines: Vec<_> = sent.iter().map(SentMessage::to_string).collect();
            bail!("not within {limit:?}; {} sent:\n{}", lines.len(), lines.join("\n"));
        }
        Ok(sent)
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, state: Arc<State>) {
    // Dropped with this task, and the connections with it.
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let state = state.clone();
                    let service = service_fn(move |request| state.clone().answer(request));
                    let connection = http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service);
                    // Connections that are closed without an answer are meant to be.
                    connections.spawn(async move { connection.await.ok() });
                }
                // Out of file descriptors, most likely: some may be closed soon.
                Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

/// Closes the connection without an answer.
#[derive(Debug)]
pub(crate) struct Unanswered;

impl fmt::Display for Unanswered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no answer")
    }
}

impl std::error::Error for Unanswered {}

pub(crate) type Answered = Result<Response<Full<Bytes>>, Unanswered>;

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or_default()
}

impl State {
    async fn answer(self: Arc<Self>, request: Request<Incoming>) -> Answered {
        if Called::is_at(request.uri().path()) {
            return self.answer_call(request).await;
        }
        if Telephony::is_at(request.uri().path()) {
            return self.telephony.answer(request).await;
        }
        let Some(account) = account(request.uri().path()) else {
            return respond(404, &error(404, 2500, "Unknown path components."));
        };
        if request.method() != Method::POST {
            return respond(400, &error(400, 100, "Unsupported request."));
        }
        let token = request.headers().get(header::AUTHORIZATION);
        let token = token.and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        let token = token.unwrap_or_default().trim().to_owned();
        let Ok(body) = Limited::new(request.into_body(), MAX_BODY).collect().await else {
            return Err(Unanswered);
        };
        let body = serde_json::from_slice(&body.to_bytes()).unwrap_or_default();
        let (message, answer) = self.receive(account, token, body);
        give(answer, error, |wa_id| accepted(&message, wa_id)).await
    }

    async fn answer_call(&self, request: Request<Incoming>) -> Answered {
        let (head, body) = request.into_parts();
        let Ok(body) = Limited::new(body, MAX_BODY).collect().await else {
            return Err(Unanswered);
        };
        let mut called = Called {
            number: 0,
            at: now(),
            method: head.method.to_string(),
            path: head.uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
            headers: texts(&head.headers),
            body: String::from_utf8_lossy(&body.to_bytes()).into_owned(),
            status: None,
        };
        let decide = lock(&self.decide_call).clone();
        let answer = {
            let mut calls = lock(&self.calls);
            called.number = calls.next_number();
            let refused = called.asks_for_templates().then(|| Listed::refusal(&called)).flatten();
            let decided = || decide.map(|decide| decide(&called)).unwrap_or_default();
            let answer = refused.unwrap_or_else(decided);
            called.status = answer.status();
            if let Err(error) = calls.add(called.clone()) {
                eprintln!("stand-in: cannot write the record: {error:#}");
            }
            answer
        };
        give(answer, error, |_| {
            let answer = match called.asks_for_templates() {
                true => lock(&self.templates).page(&called),
                false => called.echo(),
            };
            verbatim(answer, error)
        })
        .await
    }

    /// Decides and records in one step, so that the order of the record is that of the answers.
    fn receive(&self, account: String, token: String, body: Value) -> (SentMessage, Answer) {
        let decide = lock(&self.decide).clone();
        let mut record = lock(&self.messages);
        let (number, at) = (record.next_number(), now());
        let refused = refusal(&token, &body);
        let mut message = SentMessage { number, at, account, token, body, id: None, status: None };
        let answer = refused.unwrap_or_else(|| {
            let queued = lock(&self.queue).pop_front();
            queued.or_else(|| decide.map(|decide| decide(&message))).unwrap_or_default()
        });
        message.id = answer.takes().then(new_message_id);
        message.status = answer.status();
        if let Err(error) = record.add(message.clone()) {
            eprintln!("stand-in: cannot write the record: {error:#}");
        }
        if let Some(on_sent) = &self.on_sent {
            on_sent(&message);
        }
        let count = record.received.len();
        drop(record);
        self.count.send_replace(count);
        (message, answer)
    }
}

/// The phone number id of `/v24.0/{phone number id}/messages`.
fn account(path: &str) -> Option<String> {
    let (version, rest) = path.strip_prefix('/')?.split_once('/')?;
    let account = rest.strip_suffix("/messages")?;
    let digits = !account.is_empty() && account.bytes().all(|byte| byte.is_ascii_digit());
    (version == channels::whatsapp::API_VERSION && digits).then(|| account.to_owned())
}

/// The body of a provider's error.
type ErrorBody = fn(u16, i64, &str) -> Value;

/// `accept` answers as the provider does where nothing else is wanted, by another `wa_id` if one is given; `error` is how
/// it refuses.
pub(crate) async fn give(
    mut answer: Answer,
    error: ErrorBody,
    accept: impl FnOnce(Option<&str>) -> Answered,
) -> Answered {
    loop {
        answer = match answer {
            Answer::After(delay, later) => {
                tokio::time::sleep(delay).await;
                *later
            }
            Answer::Held(gate, later) => {
                gate.opened().await;
                *later
            }
            Answer::Accept => return accept(None),
            Answer::AcceptAs { wa_id } => return accept(Some(&wa_id)),
            Answer::Hang => match std::future::pending::<Infallible>().await {},
            answer => return verbatim(answer, error),
        };
    }
}

/// An answer that says itself all that there is to say.
fn verbatim(answer: Answer, error: ErrorBody) -> Answered {
    match answer {
        Answer::Refuse { status, code, message } => respond(status, &error(status, code, &message)),
        Answer::Verbatim { status, headers, body } => {
            let mut response = Response::builder().status(status);
            for (name, value) in headers {
                response = response.header(name, value);
            }
            response.body(Full::from(body)).map_err(|_| Unanswered)
        }
        _ => Err(Unanswered),
    }
}

fn accepted(message: &SentMessage, wa_id: Option<&str>) -> Answered {
    let wa_id = wa_id.unwrap_or_else(|| message.to().trim_start_matches('+'));
    // Marking a message as read makes no message.
    if message.body.get("status").is_some() {
        return respond(200, &json!({"success": true}));
    }
    let body = json!({
        "messaging_product": "whatsapp",
        "contacts": [{"input": message.to(), "wa_id": wa_id}],
        "messages": [{"id": message.id}],
    });
    respond(200, &body)
}

pub(crate) fn respond(status: u16, body: &Value) -> Answered {
    let status = StatusCode::from_u16(status).map_err(|_| Unanswered)?;
    let mut response = Response::new(Full::from(body.to_string()));
    *response.status_mut() = status;
    let json = header::HeaderValue::from_static("application/json; charset=UTF-8");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    Ok(response)
}
