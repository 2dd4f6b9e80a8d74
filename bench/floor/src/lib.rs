//! The floor of the bench: reads and writes as often, and as much, as the query says, and answers. What an endpoint
//! needs beyond this is its own doing.
//!
//! Query: `gets`, `sets`, `increments`, `swaps` before the answer; `later_gets`, `later_swaps`, `sends` after it;
//! `bytes` of each value; `answer` bytes; `key` names what is written.

use bytes::Bytes;
use http::header;
use http_body_util::{BodyExt, Full};
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;
use spin_sdk::wasip3::http::types::{ErrorCode, Response};
use spin_sdk::wit_bindgen;
use store::{Kv, KvError, SpinKv};

#[http_service]
async fn floor(request: Request) -> Result<Response, ErrorCode> {
    let (parts, body) = request.into_parts();
    let query = parts.uri.query().unwrap_or_default().to_owned();
    let _ = body.collect().await;
    if let Err(error) = work(&query, "").await {
        return Err(ErrorCode::InternalError(Some(error.to_string())));
    }
    let answer = Bytes::from(vec![b' '; number(&query, "answer")]);
    let mut response = http::Response::new(Full::new(answer.clone()));
    response.headers_mut().insert(header::CONTENT_LENGTH, answer.len().into());
    let response = response.into_response()?;
    wit_bindgen::yield_async().await;
    wit_bindgen::spawn(async move {
        for _ in 0..number(&query, "sends") {
            send(&text(&query, "to")).await;
        }
        let _ = work(&query, "later_").await;
    });
    Ok(response)
}

async fn work(query: &str, when: &str) -> Result<(), KvError> {
    let count = |name: &str| number(query, &format!("{when}{name}"));
    let kv = SpinKv::open().await?;
    let value = vec![b'x'; number(query, "bytes")];
    let key = text(query, "key");
    for n in 0..count("gets") {
        kv.get(&format!("floor:{n}")).await?;
    }
    for n in 0..count("increments") {
        kv.increment(&format!("floor:count:{n}"), 1).await?;
    }
    for n in 0..count("sets") {
        kv.set(&format!("floor:{key}:{n}"), &value).await?;
    }
    for _ in 0..count("swaps") {
        let (watch, before) = kv.watch(&format!("floor:{key}")).await?;
        // Swapped to something else, as a commit does.
        let mut value = value.clone();
        if let (Some(first), Some(before)) =
            (value.first_mut(), before.and_then(|b| b.first().copied()))
        {
            *first = before.wrapping_add(1);
        }
        kv.swap(watch, &value).await?;
    }
    Ok(())
}

async fn send(to: &str) {
    let body = Full::new(Bytes::from_static(b"{}"));
    let Ok(mut request) = http::Request::post(to).body(body) else { return };
    request.headers_mut().insert(header::CONTENT_LENGTH, 2.into());
    if let Ok(response) = spin_sdk::http::send(request).await {
        let _ = response.into_body().collect().await;
    }
}

fn text(query: &str, name: &str) -> String {
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
}

fn number(query: &str, name: &str) -> usize {
    text(query, name).parse().unwrap_or(0)
}
