//! The machine, as Spin gives it to a component.

use std::cell::{OnceCell, RefCell};
use std::pin::pin;
use std::rc::Rc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use engine::{Answer, Engine, Host, Providers, SendError};
use flow::Timestamp;
use futures::future::{Either, join, select};
use http_body_util::{BodyExt, Full, Limited};
use spin_sdk::variables;
use spin_sdk::wasip3::http::types::{ErrorCode, RequestOptions};
use spin_sdk::wasip3::http_compat::RequestOptionsExtension;
use spin_sdk::wasip3::random::random::get_random_bytes;
use store::{SpinKv, Store, StoreError};
use teams::Secrets;
use uuid::Uuid;

use crate::Problem;

/// To connect, and to the first byte at most (design section 3: a lease outlives both).
const CONNECT: Duration = Duration::from_secs(10);
const FIRST_BYTE: Duration = Duration::from_secs(20);
/// Between two parts of an answer.
const BETWEEN_BYTES: Duration = Duration::from_secs(10);
/// Wakes for the writer of a body: one to be looked at, and one more should the request be made in the first.
const YIELDS: usize = 2;
/// The largest answer that is read, in bytes. Providers' answers take a few hundred.
const MAX_ANSWER: usize = 256 * 1024;

/// What Spin refuses because `allowed_outbound_hosts` does not have it.
const NOT_ALLOWED: &str =
    "the operator has not allowed this host (variables outbound1 to outbound4)";

/// The machine, for one request.
pub struct SpinHost {
    store: Store<SpinKv>,
}

impl SpinHost {
    pub(crate) async fn open() -> Result<Self, StoreError> {
        Ok(Self { store: Store::open().await? })
    }
}

// What lives as long as the instance. It holds nothing of a request.
thread_local! {
    /// Where the monotonic clock starts.
    static START: Instant = Instant::now();
    /// The operator's variables that were read.
    static VARIABLES: RefCell<Vec<(String, String)>> = const { RefCell::new(Vec::new()) };
    /// What they name.
    static PROVIDERS: OnceCell<Rc<Providers>> = const { OnceCell::new() };
}

impl Host for SpinHost {
    type Kv = SpinKv;

    fn store(&self) -> &Store<SpinKv> {
        &self.store
    }

    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
    }

    fn monotonic(&self) -> Duration {
        START.with(Instant::elapsed)
    }

    fn random(&self) -> Uuid {
        uuid::Builder::from_random_bytes(random()).into_uuid()
    }

    async fn send(
        &self,
        request: http::Request<Vec<u8>>,
        within: Duration,
    ) -> Result<Answer, SendError> {
        // The host's own limits are from byte to byte: an answer that drips would never end.
        let over = pin!(spin_sdk::time::sleep(within));
        match select(pin!(answered(request, within)), over).await {
            Either::Left((answered, _)) => answered,
            Either::Right(_) => Err(SendError::Unanswered("no whole answer in time".to_owned())),
        }
    }

    async fn variable(&self, name: &str) -> String {
        variable(name).await
    }

    fn log(&self, line: &str) {
        eprintln!("{line}");
    }
}

async fn answered(request: http::Request<Vec<u8>>, within: Duration) -> Result<Answer, SendError> {
    let length = request.body().len();
    let mut request = request.map(|body| Full::new(Bytes::from(body)));
    request.headers_mut().insert(http::header::CONTENT_LENGTH, length.into());
    request.extensions_mut().insert(RequestOptionsExtension(options(within)));
    let (response, ()) = join(spin_sdk::http::send(request), begun()).await;
    let response = response.map_err(unsent)?;
    let (parts, body) = response.into_parts();
    let body = Limited::new(body, MAX_ANSWER).collect().await;
    // The head came: the provider has answered. What it said in a body that broke off cannot be known.
    let is_whole = body.is_ok();
    let body = body.map(|body| body.to_bytes().to_vec()).unwrap_or_default();
    Ok(Answer { status: parts.status.as_u16(), headers: parts.headers, body, is_whole })
}

/// Lets the writer of a request's body begin. It is spawned when the request is sent, and what is spawned is looked at when
/// this task next wakes: without a further reason that is when the wait for the answer is over.
async fn begun() {
    for _ in 0..YIELDS {
        spin_sdk::wit_bindgen::yield_async().await;
    }
}

fn options(first_byte: Duration) -> RequestOptions {
    let options = RequestOptions::new();
    let nanoseconds = |time: Duration| u64::try_from(time.as_nanos()).ok();
    // A host that knows no such option has its own limits.
    let _ = options.set_connect_timeout(nanoseconds(CONNECT));
    let _ = options.set_first_byte_timeout(nanoseconds(first_byte.min(FIRST_BYTE)));
    let _ = options.set_between_bytes_timeout(nanoseconds(BETWEEN_BYTES));
    options
}

/// Whether a request that failed may have arrived. What is not known to have been before the sending counts as after.
fn unsent(code: ErrorCode) -> SendError {
    let text = match code {
        ErrorCode::HttpRequestDenied => NOT_ALLOWED.to_owned(),
        _ => code.to_string(),
    };
    match code {
        ErrorCode::DnsTimeout
        | ErrorCode::DnsError(_)
        | ErrorCode::DestinationNotFound
        | ErrorCode::DestinationUnavailable
        | ErrorCode::DestinationIpProhibited
        | ErrorCode::DestinationIpUnroutable
        | ErrorCode::ConnectionRefused
        | ErrorCode::ConnectionTimeout
        | ErrorCode::ConnectionLimitReached
        | ErrorCode::TlsProtocolError
        | ErrorCode::TlsCertificateError
        | ErrorCode::TlsAlertReceived(_)
        | ErrorCode::HttpRequestDenied
        | ErrorCode::HttpRequestUriInvalid => SendError::NotSent(text),
        _ => SendError::Unanswered(text),
    }
}

/// Random bytes, fit for keys.
#[must_use]
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    let mut filled = 0;
    // A host may give fewer than asked for at once.
    while filled < N {
        let more = get_random_bytes((N - filled) as u64);
        bytes[filled..filled + more.len()].copy_from_slice(&more);
        filled += more.len();
    }
    bytes
}

/// A variable of the application; empty when it is not set. As this instance first saw it, which serves some 128 requests and
/// ends when it has been idle for a second (Spin's `--max-instance-reuse-count` and `--idle-instance-timeout`).
pub async fn variable(name: &str) -> String {
    read_variable(name).await.unwrap_or_default()
}

/// `None` if the variables cannot be read now.
async fn read_variable(name: &str) -> Option<String> {
    let before = VARIABLES.with_borrow(|variables| {
        variables.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    });
    if before.is_some() {
        return before;
    }
    let value = match spin_sdk::variables::get(name).await {
        Ok(value) => value,
        Err(variables::Error::Undefined(_)) => String::new(),
        Err(_) => return None,
    };
    VARIABLES.with_borrow_mut(|variables| variables.push((name.to_owned(), value.clone())));
    Some(value)
}

/// What opens and seals credentials.
///
/// # Errors
/// [`Problem::NotConfigured`] when there is no `secrets_key`.
pub async fn secrets() -> Result<Secrets, Problem> {
    let secrets = Secrets::new(&variable("secrets_key").await);
    let secrets = secrets.map_err(|_| Problem::NotConfigured("secrets_key"))?;
    Ok(secrets.with_previous(&variable("secrets_key_previous").await))
}

/// An engine on this machine, with the providers that the variables name.
pub(crate) async fn engine(host: &SpinHost) -> Engine<'_, SpinHost> {
    Engine::new(host, providers().await)
}

async fn providers() -> Rc<Providers> {
    if let Some(known) = PROVIDERS.with(|known| known.get().cloned()) {
        return known;
    }
    let whatsapp = read_variable("whatsapp_api_url").await;
    let telephony = read_variable("telephony_api_url").await;
    let public = read_variable("public_url").await;
    let previous = read_variable("secrets_key_previous").await;
    let secrets = secrets().await.ok();
    // What cannot be read now is asked for again by the next request.
    let are_known = secrets.is_some()
        && [&whatsapp, &telephony, &public, &previous].iter().all(|value| value.is_some());
    let providers = Rc::new(Providers {
        whatsapp_api_url: whatsapp.unwrap_or_default(),
        telephony_api_url: telephony.unwrap_or_default(),
        public_url: public.unwrap_or_default(),
        secrets,
    });
    if are_known {
        PROVIDERS.with(|known| drop(known.set(Rc::clone(&providers))));
    }
    providers
}
