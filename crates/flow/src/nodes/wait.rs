//! `wait`: pauses the session, for some minutes or until a time. What the contact writes meanwhile is not for it.
//!
//! Fields, one of the first two:
//! - `minutes`: above 0, at most 43200 (30 days); or a template that gives such a number.
//! - `until`: a time as in RFC 3339, `2026-12-24T18:00:00+01:00`; a date, `2026-12-24`, which is its midnight; or a
//!   time of day, `09:30`, which is the next one there is. May be a template. At most a year ahead.
//! - `utc_offset`: by how much the clock is ahead of UTC where `until` does not say it itself: `+02:00`. By default UTC.
//!
//! Ports: `next`. The session goes on at once where the time has passed, and where a template gave what cannot be read
//! as a number or time, which is traced.
//!
//! ```json
//! { "id": "tomorrow", "type": "wait", "until": "09:30", "utc_offset": "+02:00" }
//! ```
//! sends
//! ```json
//! []
//! ```

mod read;
#[cfg(feature = "schema")]
mod schema;
mod until;

use jiff::tz::Offset;

use self::until::DAY;
use crate::failure::Failure;
use crate::limits::{MAX_UNTIL_DAYS, MAX_WAIT_MINUTES};
use crate::node::{Move, NEXT, Node, NodeType};
use crate::parts::can_wait;
use crate::template::Text;
use crate::turn::Turn;
use crate::{Awaits, Timestamp, Trace, number};

pub(super) const TYPE: NodeType = NodeType {
    name: "wait",
    ports: &[NEXT],
    read: read::read,
    #[cfg(feature = "schema")]
    schema: schema::schema,
};

#[derive(Debug)]
enum Wait {
    Minutes(f64),
    /// A template that gives them.
    SomeMinutes(Text),
    Until(Text, Offset),
}

impl Wait {
    /// When it is over; or why nobody can tell.
    fn deadline(&self, turn: &mut Turn<'_>) -> Result<Result<Timestamp, String>, Failure> {
        let now = turn.now();
        Ok(match self {
            Self::Minutes(minutes) => Ok(now.plus_minutes(*minutes)),
            Self::SomeMinutes(text) => {
                let value = turn.value(text)?;
                let minutes = number::of(&value).filter(|minutes| can_wait(*minutes));
                minutes.map(|minutes| now.plus_minutes(minutes)).ok_or_else(|| {
                    format!("{value} minutes; above 0 and at most {MAX_WAIT_MINUTES} are possible")
                })
            }
            Self::Until(text, offset) => {
                let text = turn.value(text)?;
                let text = text.as_str().unwrap_or_default();
                let read = until::read(text, *offset).map(|until| until.after(now, *offset));
                read.filter(|time| time.0 <= now.0.saturating_add(MAX_UNTIL_DAYS * DAY))
                    .ok_or_else(|| format!("`{text}` is no time within a year; {}", until::RIGHT))
            }
        })
    }
}

impl Node for Wait {
    fn waits(&self) -> bool {
        match self {
            Self::Minutes(_) => true,
            // It may give none.
            Self::SomeMinutes(_) => false,
            Self::Until(text, offset) => {
                let read = text.as_plain().and_then(|text| until::read(text, *offset));
                read.is_some_and(|until| until.is_always_ahead())
            }
        }
    }

    fn enter(&self, turn: &mut Turn<'_>) -> Result<Move, Failure> {
        match self.deadline(turn)? {
            Ok(deadline) if deadline > turn.now() => {
                Ok(Move::Wait { awaits: Awaits::Time, deadline: Some(deadline) })
            }
            Ok(_) => Ok(Move::next()),
            Err(message) => {
                turn.trace(Trace::Uncomputed { node: turn.node(), message });
                Ok(Move::next())
            }
        }
    }
}

#[cfg(test)]
mod tests;
