//! Reading several documents at the same time: a list of a hundred would else wait a hundred times.

use futures::future::join_all;

use crate::document::StoreError;

/// Reads that are made at the same time: documents are up to 256 KiB each, and other requests of the instance (16 at
/// once, design section 3) read as well.
pub const TOGETHER: usize = 16;

/// Makes these reads, [`TOGETHER`] at the same time, and gives what they read in their order. After one that failed no
/// more are begun; those that are under way are waited for.
///
/// # Errors
/// That of the first read that failed.
pub async fn together<T>(
    reads: impl IntoIterator<Item: Future<Output = Result<T, StoreError>>>,
) -> Result<Vec<T>, StoreError> {
    let mut reads = reads.into_iter();
    let mut all = Vec::with_capacity(reads.size_hint().0);
    loop {
        let some = join_all(reads.by_ref().take(TOGETHER)).await;
        if some.is_empty() {
            return Ok(all);
        }
        for read in some {
            all.push(read?);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::task::Poll;

    use super::*;
    use crate::memory::block_on;

    fn failed(n: usize) -> StoreError {
        StoreError::Corrupt { key: n.to_string() }
    }

    /// Reads that take a different number of turns, of which one may fail: what came of them, how many began, and how
    /// many were under way at most.
    fn read(
        count: usize,
        failing: Option<usize>,
    ) -> (Result<Vec<usize>, StoreError>, usize, usize) {
        let (begun, open, most) = (Cell::new(0), Cell::new(0), Cell::new(0));
        let reads = (0..count).map(async |n| {
            begun.set(begun.get() + 1);
            open.set(open.get() + 1);
            most.set(open.get().max(most.get()));
            let mut turns = 2 + (n * 7) % 5;
            std::future::poll_fn(|context| {
                turns -= 1;
                context.waker().wake_by_ref();
                if turns == 0 { Poll::Ready(()) } else { Poll::Pending }
            })
            .await;
            open.set(open.get() - 1);
            if Some(n) == failing { Err(failed(n)) } else { Ok(n) }
        });
        let all = block_on(together(reads));
        assert_eq!(open.get(), 0, "all that began have ended");
        (all, begun.get(), most.get())
    }

    #[test]
    fn reads_are_made_sixteen_at_a_time_and_keep_their_order() {
        for (count, most) in [(0, 0), (1, 1), (16, 16), (100, 16)] {
            assert_eq!(read(count, None), (Ok((0..count).collect()), count, most));
        }
    }

    #[test]
    fn nothing_more_is_read_after_one_that_failed() {
        assert_eq!(read(100, Some(3)), (Err(failed(3)), 16, 16));
        assert_eq!(read(100, Some(99)), (Err(failed(99)), 100, 16));
    }
}
