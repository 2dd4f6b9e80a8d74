//! A request as an endpoint reads it: bounded, and with what the host adds left out of account.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::time::Duration;

use conversation::Conversation;
use futures::future::{Either, LocalBoxFuture, select};
use futures::stream::{self, StreamExt as _};
use http::{HeaderMap, Method, header};
use http_body_util::{BodyExt, Limited};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};
use spin_sdk::http::Request;
use spin_sdk::wasip3::http_compat::IncomingRequestBody;
use uuid::Uuid;

use ::engine::{Committed, Delivered, Host as _};

use crate::bounds::{bounded, few_values};
use crate::cors::Cors;
use crate::kept::Claim;
use crate::spin_host::engine;
use crate::{MAX_BODY, Problem, RateLimit, SpinHost};

/// Conversations of one request that are sent at the same time: a webhook may have brought many, and a holder may
/// begin to send for 30 s only.
const TOGETHER: usize = 8;

/// A request, with the host it came to.
pub struct Call {
    parts: http::request::Parts,
    body: Option<IncomingRequestBody>,
    raw: Vec<u8>,
    max_body: usize,
    /// Clocks, randomness, the store and the network.
    pub host: Rc<SpinHost>,
    request_id: OnceCell<String>,
    pub(crate) later: Vec<Later>,
    pub(crate) claim: Option<Claim>,
    pub(crate) rate: Option<RateLimit>,
    pub(crate) cors: Cors,
}

/// Work that goes on after the answer.
pub(crate) type Later = Pin<Box<dyn Future<Output = ()>>>;

impl Call {
    pub(crate) fn new(request: Request, host: SpinHost) -> Self {
        let (parts, body) = request.into_parts();
        Self {
            parts,
            body: Some(body),
            raw: Vec::new(),
            max_body: MAX_BODY,
            host: Rc::new(host),
            request_id: OnceCell::new(),
            later: Vec::new(),
            claim: None,
            rate: None,
            cors: Cors::default(),
        }
    }

    /// Lets the body be larger than [`MAX_BODY`].
    pub fn allow_body(&mut self, bytes: usize) {
        self.max_body = bytes;
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.parts.method
    }

    /// The path, as it was sent.
    #[must_use]
    pub fn path(&self) -> &str {
        self.parts.uri.path()
    }

    /// A part of the path, from 0, decoded. Taken from the URI: the host's `spin-path-match-*` headers are appended
    /// to what the client sent under the same name, so the first value can be forged.
    #[must_use]
    pub fn segment(&self, at: usize) -> Cow<'_, str> {
        let segment = self.path().trim_start_matches('/').split('/').nth(at).unwrap_or_default();
        percent_decode_str(segment).decode_utf8_lossy()
    }

    /// A part of the path that is a UUID.
    #[must_use]
    pub fn id(&self, at: usize) -> Option<Uuid> {
        self.segment(at).parse().ok()
    }

    /// The query, as it was sent.
    #[must_use]
    pub fn query_string(&self) -> &str {
        self.parts.uri.query().unwrap_or_default()
    }

    /// The first value of a query parameter.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<String> {
        form_urlencoded::parse(self.query_string().as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }

    /// The headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.parts.headers
    }

    /// A header, if it is there once and is text. A header that came twice counts as not there: which of the two
    /// is meant cannot be known.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.parts.headers.get_all(name).iter();
        let first = values.next()?;
        if values.next().is_some() {
            return None;
        }
        first.to_str().ok()
    }

    /// The host that the request names, with its port where that is not the scheme's own.
    #[must_use]
    pub fn authority(&self) -> Option<&str> {
        self.header("host").or_else(|| self.parts.uri.authority().map(|host| host.as_str()))
    }

    /// The client's `X-Request-Id`, else a new one.
    #[must_use]
    pub fn request_id(&self) -> &str {
        self.request_id.get_or_init(|| {
            let given = self.header("x-request-id").filter(|id| (1..=128).contains(&id.len()));
            given.map_or_else(|| self.host.random().to_string(), str::to_owned)
        })
    }

    /// Sends what commits took, after the answer. If this instance ends before, the sweep goes on with it.
    pub fn deliver_later<R>(&mut self, committed: Vec<Committed<R>>) {
        let work = committed.into_iter().filter(Committed::has_work);
        let work: Vec<_> = work.map(Committed::without_result).collect();
        if !work.is_empty() {
            self.carry_out_later(work);
        }
    }

    fn carry_out_later(&mut self, committed: Vec<Committed<()>>) {
        let host = Rc::clone(&self.host);
        self.later.push(Box::pin(async move {
            let engine = engine(&host).await;
            let deliveries = committed.into_iter().map(|committed| engine.carry_out(committed));
            let delivered: Vec<Delivered> =
                stream::iter(deliveries).buffer_unordered(TOGETHER).collect().await;
            engine.notify_all(delivered).await;
        }));
    }

    /// Tells webhooks what is to be told, after the answer. If this instance ends before, the sweep goes on with it.
    pub fn notify_later(&mut self, delivered: Vec<Delivered>) {
        let host = Rc::clone(&self.host);
        self.later.push(Box::pin(async move { engine(&host).await.notify_all(delivered).await }));
    }

    /// Sends what a commit took, and carries out what its sessions wait for: now, since the answer depends on it. The
    /// conversation as it is then; `None` if that takes longer than `within`: it goes on all the same.
    pub fn deliver_now<R>(
        &mut self,
        committed: Committed<R>,
        within: Duration,
    ) -> LocalBoxFuture<'_, Option<Conversation>> {
        Box::pin(self.carry_out_now(committed.without_result(), within))
    }

    async fn carry_out_now(
        &mut self,
        committed: Committed<()>,
        within: Duration,
    ) -> Option<Conversation> {
        let host = Rc::clone(&self.host);
        let delivery = Box::pin(async move { engine(&host).await.carry_out(committed).await });
        let over = pin!(spin_sdk::time::sleep(within));
        match select(delivery, over).await {
            Either::Left((delivered, _)) => {
                let conversation = delivered.conversation.clone();
                if delivered.has_notices() {
                    self.notify_later(vec![delivered]);
                }
                Some(conversation)
            }
            Either::Right((_, delivery)) => {
                let host = Rc::clone(&self.host);
                self.later.push(Box::pin(async move {
                    let delivered = delivery.await;
                    engine(&host).await.notify(delivered).await;
                }));
                None
            }
        }
    }

    /// The body, as it was sent.
    ///
    /// # Errors
    /// [`Problem::TooLarge`], and [`Problem::Malformed`] when it breaks off.
    pub async fn raw(&mut self) -> Result<&[u8], Problem> {
        let Some(body) = self.body.take() else {
            return Ok(&self.raw);
        };
        // More than 4 GiB is no `usize` here.
        let announced = self.header("content-length").and_then(|length| length.parse::<u64>().ok());
        if announced.is_some_and(|length| length > self.max_body as u64) {
            return Err(Problem::TooLarge(self.max_body));
        }
        let read = Limited::new(body, self.max_body).collect().await;
        self.raw = match read {
            Ok(collected) => collected.to_bytes().to_vec(),
            Err(error) if error.is::<http_body_util::LengthLimitError>() => {
                return Err(Problem::TooLarge(self.max_body));
            }
            Err(_) => return Err(Problem::Malformed("it broke off".to_owned())),
        };
        Ok(&self.raw)
    }

    /// The body, as JSON.
    ///
    /// # Errors
    /// As [`Call::raw`]; [`Problem::UnsupportedMediaType`] when it says that it is something else;
    /// [`Problem::Malformed`] when it is no JSON, or has too many values, or too deep ones.
    pub async fn json(&mut self) -> Result<Value, Problem> {
        if let Some(content_type) = self.parts.headers.get(header::CONTENT_TYPE) {
            let content_type = content_type.to_str().unwrap_or_default();
            if !is_json(content_type) {
                return Err(Problem::UnsupportedMediaType(content_type.to_owned()));
            }
        }
        let raw = self.raw().await?;
        if raw.is_empty() {
            return Err(Problem::Malformed("it is empty".to_owned()));
        }
        bounded(raw)?;
        serde_json::from_slice(raw).map_err(|error| Problem::Malformed(error.to_string()))
    }

    /// The body, as it was sent, which whoever reads it takes apart as JSON.
    ///
    /// # Errors
    /// As [`Call::raw`]; [`Problem::Malformed`] when it has more values than an instance could hold.
    pub async fn raw_json(&mut self) -> Result<&[u8], Problem> {
        let raw = self.raw().await?;
        few_values(raw)?;
        Ok(raw)
    }

    /// The body, as JSON, where no field of it must be there: then there may be no body either.
    ///
    /// # Errors
    /// As [`Call::json`], but for an empty body.
    pub async fn json_if_any(&mut self) -> Result<Value, Problem> {
        let none = || Value::Object(Map::new());
        if self.raw().await?.is_empty() {
            return Ok(none());
        }
        let json = self.json().await?;
        Ok(if is_empty_list(&json) { none() } else { json })
    }
}

/// PHP clients write an object without fields as `[]`.
fn is_empty_list(json: &Value) -> bool {
    json.as_array().is_some_and(Vec::is_empty)
}

fn is_json(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json"
        || (essence.starts_with("application/") && essence.ends_with("+json"))
}
