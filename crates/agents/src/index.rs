//! The list of a team's agents. An entry without an agent is harmless: it is passed over.

use flow::Timestamp;
use serde::{Deserialize, Serialize};
use store::{EnlistError, Entry, Index, Kv, Order, Store, StoreError, keys};
use uuid::Uuid;
use workflows::SortBy;

use crate::stored::load_all;
use crate::{Agent, Profile, WriteError};

/// Agents that a team may have.
pub const MAX_AGENTS: usize = 1_000;
/// Characters of a description that are searched.
const SEARCHED: usize = 100;

/// An agent as its team's list has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct ListedAgent {
    id: Uuid,
    created_at: Timestamp,
    updated_at: Timestamp,
    name: String,
    /// How the description begins.
    description: String,
}

impl Entry for ListedAgent {
    fn id(&self) -> Uuid {
        self.id
    }

    fn created_at(&self) -> u64 {
        self.created_at.0
    }

    fn updated_at(&self) -> u64 {
        self.updated_at.0
    }
}

/// What is asked of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted<'q> {
    /// What the name, or the first 100 characters of the description, must contain: in lower case.
    pub search: Option<&'q str>,
    /// By what it is sorted.
    pub sort: SortBy,
    /// Whether it is sorted downwards.
    pub descending: bool,
    /// Agents to pass over.
    pub offset: usize,
    /// Agents to give, at most.
    pub limit: usize,
}

/// Agents of a team, and how many there are in all.
///
/// # Errors
/// When the store fails.
pub async fn list<K: Kv>(
    store: &Store<K>,
    team: &str,
    wanted: Wanted<'_>,
) -> Result<(Vec<Agent>, usize), StoreError> {
    let index = of(store, team);
    let (entries, total) = if wanted.search.is_none() && wanted.sort == SortBy::CreatedAt {
        let order = if wanted.descending { Order::NewestFirst } else { Order::OldestFirst };
        let listed = index.page(wanted.offset, wanted.limit, order).await?;
        (listed.entries, listed.total)
    } else {
        let listed = index.scan(Order::OldestFirst).await?;
        let found = sorted(listed.entries, wanted);
        let total = found.len();
        (found.into_iter().skip(wanted.offset).take(wanted.limit).collect(), total)
    };
    let mut agents = load_all(store, entries.iter().map(|entry| entry.id)).await?;
    agents.retain(|agent| agent.team == team);
    Ok((agents, total))
}

fn sorted(mut entries: Vec<ListedAgent>, wanted: Wanted<'_>) -> Vec<ListedAgent> {
    if let Some(search) = wanted.search {
        entries.retain(|entry| {
            let texts = [&entry.name, &entry.description];
            texts.iter().any(|text| text.to_lowercase().contains(search))
        });
    }
    // Stable, over what is sorted by age.
    match wanted.sort {
        SortBy::CreatedAt => {}
        SortBy::UpdatedAt => entries.sort_by_key(|entry| entry.updated_at),
        SortBy::Name => entries.sort_by_cached_key(|entry| entry.name.to_lowercase()),
    }
    if wanted.descending {
        entries.reverse();
    }
    entries
}

/// Lists an agent that is to be created, and gives the time that it must have.
pub(crate) async fn add<K: Kv>(
    store: &Store<K>,
    team: &str,
    id: Uuid,
    profile: &Profile,
    now: Timestamp,
) -> Result<Timestamp, WriteError> {
    let entry = entry(id, profile, now, now);
    match of(store, team).enlist(&entry, MAX_AGENTS).await {
        Ok(listed) => Ok(listed.created_at),
        Err(EnlistError::Full(most)) => Err(WriteError::TooMany(most)),
        Err(EnlistError::Store(error)) => Err(error.into()),
    }
}

/// Has the list say what the agent says.
pub(crate) async fn amend<K: Kv>(store: &Store<K>, agent: &Agent) -> Result<(), StoreError> {
    let entry = entry(agent.id, &agent.profile, agent.created_at, agent.updated_at);
    of(store, &agent.team).amend(&entry).await.map(drop)
}

pub(crate) async fn remove<K: Kv>(
    store: &Store<K>,
    team: &str,
    id: Uuid,
    created_at: Timestamp,
) -> Result<(), StoreError> {
    of(store, team).remove(id, created_at.0).await.map(drop)
}

fn of<'s, K: Kv>(store: &'s Store<K>, team: &str) -> Index<'s, K, ListedAgent> {
    Index::new(store, keys::agents(team))
}

fn entry(id: Uuid, profile: &Profile, created_at: Timestamp, updated_at: Timestamp) -> ListedAgent {
    ListedAgent {
        id,
        created_at,
        updated_at,
        name: profile.name.clone(),
        description: profile.description.chars().take(SEARCHED).collect(),
    }
}
