//! What a visitor's browser keeps to go on with its conversation.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How long a token is good, in seconds: 180 days from when it was issued.
pub const TOKEN_SECONDS: u64 = 180 * DAY;
/// A token that is older is replaced with the next answer: who comes again within 180 days stays who they are.
const RENEWED_AFTER: u64 = DAY;

const DAY: u64 = 24 * 60 * 60;

/// What a token says; that it is ours, its signature says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitorToken {
    /// The visitor, by whose id the conversation is found.
    #[serde(rename = "sub")]
    pub visitor: Uuid,
    /// The account's team.
    #[serde(rename = "iss")]
    team: String,
    /// The account.
    #[serde(rename = "aud")]
    account: String,
    /// When it ends, in seconds since the epoch.
    #[serde(rename = "exp")]
    ends: u64,
}

impl VisitorToken {
    /// A token for a visitor of a team's account, issued `now`, in seconds since the epoch.
    #[must_use]
    pub fn new(team: &str, account: &str, visitor: Uuid, now: u64) -> Self {
        let (team, account) = (team.to_owned(), account.to_owned());
        Self { visitor, team, account, ends: now + TOKEN_SECONDS }
    }

    /// Whether it lets in to a team's account.
    #[must_use]
    pub fn is_good(&self, team: &str, account: &str, now: u64) -> bool {
        self.team == team && self.account == account && now < self.ends
    }

    /// Whether a new one should take its place.
    #[must_use]
    pub fn is_old(&self, now: u64) -> bool {
        now + TOKEN_SECONDS > self.ends + RENEWED_AFTER
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_800_000_000;

    #[test]
    fn a_token_lets_in_where_it_was_issued_for_180_days() {
        let token = VisitorToken::new("acme", "shop", Uuid::from_u128(7), NOW);
        assert!(token.is_good("acme", "shop", NOW));
        assert!(token.is_good("acme", "shop", NOW + 180 * DAY - 1));
        assert!(!token.is_good("acme", "shop", NOW + 180 * DAY));
        assert!(!token.is_good("acme", "blog", NOW), "another account of the team");
        assert!(!token.is_good("evil", "shop", NOW), "the account went to another team");
    }

    #[test]
    fn a_token_is_replaced_when_it_is_more_than_a_day_old() {
        let token = VisitorToken::new("acme", "shop", Uuid::from_u128(7), NOW);
        assert!(!token.is_old(NOW + DAY));
        assert!(token.is_old(NOW + DAY + 1));
    }
}
