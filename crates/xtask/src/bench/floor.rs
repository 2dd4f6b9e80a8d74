//! What the bare component is asked for: the same reads and writes, and the same sending, with nothing in between.

use std::sync::Arc;

use http::Request;

use super::load::Measured;
use super::scenario::{ACCOUNT, Requests, exchanged};
use super::side::Side;

/// How many values are there to be read, and the bytes of each: about a contact or an account.
const READABLE: u64 = 32;
const READ_BYTES: u64 = 512;

/// Writes what is read later.
///
/// # Errors
/// When the host refuses it.
pub async fn set_up(floor: &Side) -> anyhow::Result<()> {
    let path = format!("/floor?key=read&sets={READABLE}&bytes={READ_BYTES}");
    let request = Request::post(format!("http://{}{path}", floor.addr())).body(Vec::new())?;
    exchanged(request).await?;
    Ok(())
}

/// Requests for what `own` did on average, rounded: first what it does before its answer, then the answer, then for
/// each message what `engine::deliver` does: read the account once and the contact twice, send, commit.
pub fn requests(own: &Requests, seen: &Measured, message: &[u8]) -> Requests {
    let each = |count: u64| {
        let requests = seen.requests().max(1);
        (count + requests / 2) / requests
    };
    let (all, sends) = (&seen.operations, own.sends);
    let (sets, swaps) = (each(all.set + all.delete), each(all.cas_swap));
    let gets = each((all.get + all.exists + all.cas_current).saturating_sub(all.cas_swap));
    let later_gets = (1 + 2 * sends).min(gets);
    let query = format!(
        "gets={}&sets={sets}&increments={}&swaps={}&later_gets={later_gets}&later_swaps={sends}&sends={sends}\
         &bytes={}&answer={}&account={ACCOUNT}",
        gets - later_gets,
        each(all.increment),
        swaps.saturating_sub(sends),
        each(all.bytes_written) / (sets + swaps).max(1),
        seen.answer_bytes,
    );
    let (message, document) = (message.to_vec(), own.document);
    Requests {
        sends,
        document,
        numbers: Arc::clone(&own.numbers),
        make: Arc::new(move |n| {
            let path = format!("/floor?key={}&{query}", document(n));
            Request::post(path).body(message.clone()).unwrap_or_default()
        }),
    }
}
