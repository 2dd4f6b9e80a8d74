//! A pass over all teams that have something sealed. It may take several calls: a cursor keeps how far they came.

use serde::{Deserialize, Serialize};
use store::{Change, Kv, Order, Store, StoreError, from_json, keys, to_json};
use teams::{Account, Resealed, Resealing, Secrets, Team};

use crate::list::list;

/// Teams that are read of the list at once.
const TOGETHER: usize = 100;
/// Milliseconds after which a pass that stopped is begun anew: meanwhile a host with the old key may have sealed something.
const STALE: u64 = 60 * 60 * 1000;
/// What neither key opens and is named, at most.
const NAMED: usize = 20;

/// What a call did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Rotated {
    /// Sealed anew by this call.
    pub rotated: u64,
    /// Found in this pass so far and left as it is: neither the present key nor the one before opens it.
    pub left: u64,
    /// Whether the time was over before the end of the list: call again.
    pub more: bool,
    /// Where some of what is left is, for the log. It names accounts and teams, never what they hold.
    #[serde(skip)]
    pub unopened: Vec<String>,
}

/// What sealing everything anew is done with.
pub struct Rotation<'s, K, R, O> {
    /// Where it all is.
    pub store: &'s Store<K>,
    /// The present key, and the one before.
    pub secrets: &'s Secrets,
    /// The time, in milliseconds since 1970.
    pub now: u64,
    /// Gives 24 random bytes.
    pub random: R,
    /// Whether the time of this call is over. It is asked before each team.
    pub is_over: O,
}

/// How far a pass came.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Cursor {
    /// The key that it seals with: another one begins anew.
    key_id: String,
    /// When it was begun, in milliseconds since 1970.
    begun: u64,
    /// Teams of the list that it has looked at.
    done: usize,
    /// What it has left as it is.
    left: u64,
}

impl<K: Kv, R: FnMut() -> [u8; 24], O: FnMut() -> bool> Rotation<'_, K, R, O> {
    /// Goes on with the pass that there is, or begins one, and stops at its end or when the time is over. Safe to call at
    /// any time, twice, and on two hosts: what the present key sealed stays as it is.
    ///
    /// # Errors
    /// When the store fails: asking again goes on where the last call stopped.
    pub async fn run(mut self) -> Result<Rotated, StoreError> {
        let before = self.store.read_json(&keys::sealed_cursor()).await?;
        let before: Cursor = before.unwrap_or_default();
        let mut cursor = match before.key_id == self.secrets.key_id()
            && self.now.saturating_sub(before.begun) < STALE
            && before.done > 0
        {
            true => before.clone(),
            false => Cursor {
                key_id: self.secrets.key_id().to_owned(),
                begun: self.now,
                ..Cursor::default()
            },
        };
        let mut answer = Rotated::default();
        'pass: loop {
            let page = list(self.store).page(cursor.done, TOGETHER, Order::OldestFirst).await?;
            if page.entries.is_empty() {
                break;
            }
            for listed in page.entries {
                if (self.is_over)() {
                    answer.more = true;
                    break 'pass;
                }
                let resealed = self.reseal_team(&listed.team, &mut answer.unopened).await?;
                answer.rotated += resealed.rotated;
                cursor.left += resealed.left;
                cursor.done += 1;
            }
        }
        answer.left = cursor.left;
        if !answer.more {
            (cursor.done, cursor.left) = (0, 0);
        }
        if before != cursor && (answer.more || before.done > 0) {
            self.keep(&cursor).await?;
        }
        Ok(answer)
    }

    async fn reseal_team(
        &mut self,
        team: &str,
        unopened: &mut Vec<String>,
    ) -> Result<Resealed, StoreError> {
        let mut all = webhooks::reseal(self.store, team, self.secrets, &mut self.random).await?;
        if all.left > 0 && unopened.len() < NAMED {
            unopened.push(format!("{} webhooks of team {team}", all.left));
        }
        let listed: Option<Team> = self.store.read_json(&keys::team(team)).await?;
        for channel in listed.unwrap_or_default().channels {
            let kind = channel.kind.as_str();
            let key = keys::channel(kind, &channel.account);
            let resealed = self.reseal_account(&key, team).await?;
            if resealed.left > 0 && unopened.len() < NAMED {
                unopened.push(format!("{kind} account {} of team {team}", channel.account));
            }
            all += resealed;
        }
        Ok(all)
    }

    async fn reseal_account(&mut self, key: &str, team: &str) -> Result<Resealed, StoreError> {
        // The list is written before an account: there may be none, or another team's.
        let there: Option<Account> = self.store.read_json(key).await?;
        let sealed = there.filter(|there| there.team == team).and_then(|there| there.credentials);
        if sealed.is_none_or(|sealed| self.secrets.is_current(&sealed)) {
            return Ok(Resealed::default());
        }
        let mut resealing = Resealing::new(self.secrets, &mut self.random);
        self.store
            .update(key, async |current| {
                let mut count = Resealed::default();
                let Some(json) = current else { return Ok(Change::Keep(count)) };
                let mut account: Account = from_json(key, &json)?;
                match account.reseal(&mut resealing, &mut count) {
                    true => Ok(Change::Write(to_json(key, &account)?, count)),
                    false => Ok(Change::Keep(count)),
                }
            })
            .await
    }

    async fn keep(&self, cursor: &Cursor) -> Result<(), StoreError> {
        let key = keys::sealed_cursor();
        self.store
            .update(&key, async |current: Option<Vec<u8>>| {
                let there = current.map(|json| from_json::<Cursor>(&key, &json)).transpose()?;
                match there.as_ref() == Some(cursor) {
                    true => Ok(Change::Keep(())),
                    false => Ok(Change::Write(to_json(&key, cursor)?, ())),
                }
            })
            .await
    }
}
