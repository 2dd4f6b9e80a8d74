//! The floor of the bench: reads and writes as often, and as much, as the query says, answers, and sends on what it was
//! sent. What an endpoint needs beyond this is its own doing.
//!
//! Query: `gets`, `sets`, `increments`, `swaps` before the answer; `sends`, `later_gets`, `later_swaps` after it;
//! `bytes` of what is set, `swap_bytes` of what is swapped, `answer` bytes; `key` names what is written, `entry` what is set;
//! `account` sends.

use bytes::Bytes;
use futures::future::join;
use http::header;
use http_body_util::{BodyExt, Full};
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;
use spin_sdk::variables;
use spin_sdk::wasip3::http::types::{ErrorCode, Response};
use spin_sdk::wit_bindgen;
use store::{Kv, KvError, SpinKv};

/// Wakes for the writer of a body: as many as in `api::SpinHost`.
const YIELDS: usize = 2;

#[http_service]
async fn floor(request: Request) -> Result<Response, ErrorCode> {
    // At once: an instance that has swapped often takes its last request here.
    let kv = SpinKv::open().await.map_err(internal)?;
    let (parts, body) = request.into_parts();
    let query = parts.uri.query().unwrap_or_default().to_owned();
    let message = body.collect().await?.to_bytes();
    work(&kv, &query, "").await.map_err(internal)?;
    let answer = Bytes::from(vec![b' '; number(&query, "answer")]);
    let mut response = http::Response::new(Full::new(answer.clone()));
    response.headers_mut().insert(header::CONTENT_LENGTH, answer.len().into());
    let response = response.into_response()?;
    // Head and body leave in one packet if the host gets both before anything else is done.
    wit_bindgen::yield_async().await;
    wit_bindgen::spawn(async move {
        wit_bindgen::yield_async().await;
        for _ in 0..number(&query, "sends") {
            send(&query, &message).await;
        }
        let _ = work(&kv, &query, "later_").await;
    });
    Ok(response)
}

async fn work(kv: &SpinKv, query: &str, when: &str) -> Result<(), KvError> {
    let count = |name: &str| number(query, &format!("{when}{name}"));
    let value = vec![b'x'; number(query, "bytes")];
    let (key, entry) = (text(query, "key"), text(query, "entry"));
    for n in 0..count("gets") {
        kv.get(&format!("floor:read::{n}")).await?;
    }
    for n in 0..count("increments") {
        kv.increment(&format!("floor:{key}:count:{n}"), 1).await?;
    }
    for n in 0..count("sets") {
        kv.set(&format!("floor:{key}:{entry}:{n}"), &value).await?;
    }
    for _ in 0..count("swaps") {
        let (watch, before) = kv.watch(&format!("floor:{key}")).await?;
        kv.swap(watch, &next(before, number(query, "swap_bytes"))).await?;
    }
    Ok(())
}

/// What a document is swapped to: each byte is another than before, and so is their number, as where a text was added. (SQLite
/// does not write the pages of a value that is as long, where nothing in them changes.)
fn next(before: Option<Vec<u8>>, bytes: usize) -> Vec<u8> {
    let before = before.unwrap_or_default();
    let filled = before.first().map_or(b'a', |byte| byte.wrapping_add(1));
    vec![filled; bytes + usize::from(before.len() <= bytes)]
}

async fn send(query: &str, message: &Bytes) {
    let origin = variables::get("whatsapp_api_url").await.unwrap_or_default();
    let to = format!("{origin}/v24.0/{}/messages", text(query, "account"));
    let request = http::Request::post(to)
        .header(header::AUTHORIZATION, "Bearer floor")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::CONTENT_LENGTH, message.len())
        .body(Full::new(message.clone()));
    let Ok(request) = request else { return };
    // The writer of the body is spawned when the request is sent: woken for it, as the engine's own sending is.
    let woken = async {
        for _ in 0..YIELDS {
            wit_bindgen::yield_async().await;
        }
    };
    let (answered, ()) = join(spin_sdk::http::send(request), woken).await;
    match answered {
        Ok(response) if response.status().is_success() => {
            let _ = response.into_body().collect().await;
        }
        Ok(response) => eprintln!("the floor's message was refused: {}", response.status()),
        Err(error) => eprintln!("the floor's message was not sent: {error}"),
    }
}

fn internal(error: KvError) -> ErrorCode {
    ErrorCode::InternalError(Some(error.to_string()))
}

fn text(query: &str, name: &str) -> String {
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
}

fn number(query: &str, name: &str) -> usize {
    text(query, name).parse().unwrap_or(0)
}
