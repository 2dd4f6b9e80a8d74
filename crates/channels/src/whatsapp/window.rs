//! The customer service window: free-form messages may be sent for 24 hours after the user last wrote.

use std::time::Duration;

use flow::{Content, Timestamp};

/// How long a user's message or call keeps the window open (page: messages/send-messages, "Customer service
/// windows").
pub const WINDOW: Duration = Duration::from_secs(24 * 60 * 60);

/// A free-form message outside the window. The provider would refuse it with the same code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("more than 24 hours have passed since the contact last wrote; only a template can be sent")]
pub struct WindowClosed;

impl WindowClosed {
    /// "Re-engagement message" (page: support/error-codes).
    pub const CODE: i64 = 131047;
}

/// Whether `content` may be sent at `now` to a contact whose last inbound message came at `last_inbound`.
///
/// A template always may. The provider counts by its own clock; a `last_inbound` ahead of `now` is skew, and open.
///
/// # Errors
/// [`WindowClosed`] for free-form content when nothing came in within [`WINDOW`], or ever.
pub fn may_send(
    last_inbound: Option<Timestamp>,
    now: Timestamp,
    content: &Content,
) -> Result<(), WindowClosed> {
    let open = last_inbound
        .is_some_and(|last| u128::from(now.0.saturating_sub(last.0)) < WINDOW.as_millis());
    if open || matches!(content, Content::Template { .. }) { Ok(()) } else { Err(WindowClosed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u64 = 86_400_000;
    const NOON: Timestamp = Timestamp(1_763_726_400_000);

    fn text() -> Content {
        Content::Text { text: "hello".into() }
    }

    #[test]
    fn free_form_goes_for_24_hours_after_the_contact_wrote() {
        for (age, expected) in
            [(0, Ok(())), (DAY - 1, Ok(())), (DAY, Err(WindowClosed)), (7 * DAY, Err(WindowClosed))]
        {
            let last = Some(Timestamp(NOON.0 - age));
            assert_eq!(may_send(last, NOON, &text()), expected, "{age} ms");
        }
        assert_eq!(may_send(None, NOON, &text()), Err(WindowClosed), "never wrote");
    }

    #[test]
    fn a_provider_clock_ahead_of_ours_does_not_close_the_window() {
        assert_eq!(may_send(Some(Timestamp(NOON.0 + 5_000)), NOON, &text()), Ok(()));
    }

    #[test]
    fn a_template_always_goes() {
        let template = Content::Template {
            name: "cart_reminder".into(),
            language: "en".into(),
            variables: flow::Variables::default(),
            buttons: Vec::new(),
        };
        assert_eq!(may_send(None, NOON, &template), Ok(()));
        assert_eq!(may_send(Some(Timestamp(0)), NOON, &template), Ok(()));
    }

    #[test]
    fn the_refusal_has_the_providers_code() {
        assert_eq!(WindowClosed::CODE, 131047);
        assert_eq!(
            super::super::Class::of(WindowClosed::CODE),
            Some(super::super::Class::UseTemplate)
        );
    }
}
