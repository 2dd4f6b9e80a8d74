//! Who an API key stands for, as `GET /api/v1/me` says it (contract/actions-qyvo.md, section 6).

use conversation::identity;
use serde::Serialize;
use uuid::Uuid;

use crate::ApiKey;

/// Hexadecimal digits of a key's id that make its number: 52 bits, which JavaScript's numbers hold (below 2^53).
const ID_DIGITS: usize = 13;

/// The user of the hosted product; here there are keys and teams.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Me {
    /// The key's, and always the same: the beginning of its hash.
    pub id: u64,
    /// An address that no mail arrives at (RFC 2606, section 2). Of the documented fields this is one of the two that are
    /// never null, and clients show it as the name of the connection; a team has no address here.
    pub email: String,
    /// The key's name.
    pub name: String,
    /// The team.
    pub tenant: Tenant,
}

/// A team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Tenant {
    /// Derived from the name.
    pub id: Uuid,
    /// Its name.
    pub name: String,
}

impl Tenant {
    /// The team of that name.
    #[must_use]
    pub fn of(team: &str) -> Self {
        Self { id: identity::derive("team", &[team]), name: team.to_owned() }
    }
}

impl Me {
    /// Who a key stands for.
    #[must_use]
    pub fn of(key: &ApiKey) -> Self {
        let digits = key.id.get(..ID_DIGITS).unwrap_or_default();
        Self {
            // A hash is hexadecimal.
            id: u64::from_str_radix(digits, 16).unwrap_or_default(),
            email: format!("{}@parlance.invalid", key.team),
            name: key.name.clone(),
            tenant: Tenant::of(&key.team),
        }
    }
}

#[cfg(test)]
mod tests {
    use flow::Timestamp;

    use super::*;
    use crate::key_id;

    fn key(token: &str, team: &str) -> ApiKey {
        let (id, team, name) = (key_id(token), team.to_owned(), "n8n".to_owned());
        let (scopes, rate_limit, expires_at) = (None, None, None);
        ApiKey { id, team, name, scopes, rate_limit, created_at: Timestamp(0), expires_at }
    }

    #[test]
    fn a_key_has_a_number_that_every_client_can_hold_and_a_team_one_id() {
        let mes: Vec<Me> = (0..100).map(|n| Me::of(&key(&format!("sk_{n}"), "acme"))).collect();
        for me in &mes {
            assert!(me.id < 1 << 53, "{me:?}");
            assert_eq!(me.tenant, mes[0].tenant);
        }
        let mut ids: Vec<u64> = mes.iter().map(|me| me.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 100);
        let again = Me::of(&key("sk_0", "acme"));
        assert_eq!(again, mes[0]);
        assert_eq!((again.email.as_str(), again.name.as_str()), ("acme@parlance.invalid", "n8n"));
        assert_ne!(Me::of(&key("sk_0", "other")).tenant.id, again.tenant.id);
    }
}
