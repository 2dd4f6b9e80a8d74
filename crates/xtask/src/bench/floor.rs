//! What the bare component is asked for: the same reads and writes, and the same sending, with nothing in between.

use http::{Request, Uri};

use super::load::Measured;
use super::requests::Requests;
use super::side::Side;
use super::world::exchanged;

/// How many values there are to be read: more than any request reads.
const READABLE: u64 = 128;
/// An increment writes so many bytes.
const NUMBER_BYTES: u64 = 8;
/// Any account: the stand-in knows none.
const ACCOUNT: &str = "100200300400500";

/// Writes what is read: values as long as those that `own` read on average, but for what it swapped then: the floor, too, reads
/// what it swaps.
///
/// # Errors
/// When the host refuses it.
pub async fn set_up(floor: &Side, own: &Measured) -> anyhow::Result<()> {
    let all = &own.operations;
    let gets = (all.get + all.cas_current).saturating_sub(all.cas_swap);
    let bytes = all.bytes_read.saturating_sub(all.bytes_swapped) / gets.max(1);
    let path = format!("/floor?key=read&sets={READABLE}&bytes={bytes}");
    let request = Request::post(format!("http://{}{path}", floor.addr())).body(Vec::new())?;
    exchanged(request).await?;
    Ok(())
}

/// What a set wrote on average, and a swap.
fn value_bytes(of: &Measured) -> (u64, u64) {
    let all = &of.operations;
    let set = all.bytes_written.saturating_sub(all.increment * NUMBER_BYTES + all.bytes_swapped);
    (set / (all.set + all.delete).max(1), all.bytes_swapped / all.cas_swap.max(1))
}

/// Requests for what `own` did on average, rounded: first what it does before its answer, then the answer, then for
/// each message what `engine::deliver` does: read the contact, send, commit. What is set is new, as entries of lists are.
/// They have the method, the headers and the body of `own`; those that send have the message for a body, which is sent on.
pub fn requests(own: &Requests, seen: &Measured, message: &[u8]) -> Requests {
    let each = |count: u64| seen.each(count).round() as u64;
    let (all, sends) = (&seen.operations, own.sends);
    let (sets, swaps) = (each(all.set + all.delete), each(all.cas_swap));
    let gets = each((all.get + all.exists + all.cas_current).saturating_sub(all.cas_swap));
    let later_gets = sends.min(gets);
    let (set_bytes, swap_bytes) = value_bytes(seen);
    let query = format!(
        "gets={}&sets={sets}&increments={}&swaps={}&later_gets={later_gets}&later_swaps={}&sends={sends}\
         &bytes={set_bytes}&swap_bytes={swap_bytes}&answer={}&account={ACCOUNT}",
        gets - later_gets,
        each(all.increment),
        swaps.saturating_sub(sends),
        swaps.min(sends),
        seen.answer_bytes,
    );
    let message = (sends > 0).then(|| message.to_vec());
    let same = own.clone();
    own.beside(move |document, number| {
        let (mut head, body) = same.of(number).into_parts();
        head.uri = Uri::try_from(format!("/floor?key={document}&entry={number}&{query}"))?;
        Ok(Request::from_parts(head, message.clone().unwrap_or(body)))
    })
}
