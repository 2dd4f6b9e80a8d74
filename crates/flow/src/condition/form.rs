//! Operators that tell what a value is written like.

use super::side::Side;
use crate::date::Moment;
use crate::{email, number, phone};

pub(super) fn is_number(value: &Side<'_>, _: &Side<'_>) -> bool {
    number::of(value.value).is_some()
}

pub(super) fn is_email(value: &Side<'_>, _: &Side<'_>) -> bool {
    value.value.as_str().is_some_and(|text| email::is_email(text.trim()))
}

pub(super) fn is_phone(value: &Side<'_>, _: &Side<'_>) -> bool {
    value.value.as_str().is_some_and(|text| phone::e164(text, None).is_some())
}

pub(super) fn is_date(value: &Side<'_>, _: &Side<'_>) -> bool {
    Moment::of(value.value).is_some()
}
