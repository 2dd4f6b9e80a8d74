//! Operators on dates and times.

use std::cmp::Ordering;

use super::side::Side;
use crate::date::Moment;

pub(super) fn before(value: &Side<'_>, to: &Side<'_>) -> bool {
    compare(value, to).is_some_and(Ordering::is_lt)
}

pub(super) fn after(value: &Side<'_>, to: &Side<'_>) -> bool {
    compare(value, to).is_some_and(Ordering::is_gt)
}

fn compare(value: &Side<'_>, to: &Side<'_>) -> Option<Ordering> {
    Some(Moment::of(value.value)?.compare(&Moment::of(to.value)?))
}
