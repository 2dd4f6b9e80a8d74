//! A team's workflows and the public ones, by pages, by a search, in an order: what the console lists.
//!
//! Lists say in which order and which; what is shown is always read from the workflow itself.

use std::cmp::Reverse;

use flow::Timestamp;
use store::{Entry, Index, Kv, Order, Store, StoreError, keys};
use uuid::Uuid;

use crate::search::Search;
use crate::{Visibility, Workflow};

/// Workflows that a team may have, and that may be public.
pub const MAX_WORKFLOWS: usize = 20_000;

/// Characters of a description that a list holds, and a search looks at.
pub const DESCRIPTION_SEARCHED: usize = 100;

/// A workflow of the document `workflows:<team>` or `workflows:~public`; `entry.rs` says as what JSON.
///
/// Written before the workflow: one without a document is passed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Which.
    pub id: Uuid,
    /// When it was created.
    pub created_at: Timestamp,
    /// What a search looks at. The first format of lists had none: there the workflow is read for it.
    pub summary: Option<Summary>,
}

/// What a list says of a workflow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Its name.
    pub name: String,
    /// Its category.
    pub category: Option<String>,
    /// The first [`DESCRIPTION_SEARCHED`] characters of its description.
    pub description: Option<String>,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Whether the list of public workflows has it too.
    pub public: bool,
}

impl Listed {
    /// The entry of a workflow.
    #[must_use]
    pub fn of(workflow: &Workflow) -> Self {
        let Workflow { id, created_at, .. } = *workflow;
        Self { id, created_at, summary: Some(Summary::of(workflow)) }
    }

    /// Whether it is the entry of this workflow. An `Idempotency-Key` that comes again after a crash can list its
    /// workflow a second time; the workflow has the time of one of the two.
    fn is_of(&self, workflow: &Workflow) -> bool {
        self.summary.is_none() || self.created_at == workflow.created_at
    }
}

impl Entry for Listed {
    fn id(&self) -> Uuid {
        self.id
    }

    fn created_at(&self) -> u64 {
        self.created_at.0
    }

    fn updated_at(&self) -> u64 {
        self.summary.as_ref().map_or(0, |summary| summary.updated_at.0)
    }

    fn is_marked(&self) -> bool {
        self.summary.as_ref().is_some_and(|summary| summary.public)
    }
}

impl Summary {
    /// What a list says of this workflow.
    #[must_use]
    pub fn of(workflow: &Workflow) -> Self {
        let draft = &workflow.draft;
        let start = |text: &String| text.chars().take(DESCRIPTION_SEARCHED).collect();
        Self {
            name: draft.name.clone(),
            category: draft.category.clone(),
            description: draft.description.as_ref().map(start),
            updated_at: workflow.updated_at,
            public: workflow.visibility == Visibility::Public,
        }
    }
}

/// Which workflows a list is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The team's own.
    Owned,
    /// Those that every team sees.
    Public,
    /// Both.
    Accessible,
}

/// What a list of the console is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortBy {
    /// When it was created.
    CreatedAt,
    /// When it last changed.
    UpdatedAt,
    /// Its name, in any case.
    Name,
}

impl SortBy {
    /// What requests call it; `created_at` has other names besides.
    #[must_use]
    pub fn named(name: &str) -> Self {
        match name {
            "name" => Self::Name,
            "updated_at" => Self::UpdatedAt,
            _ => Self::CreatedAt,
        }
    }
}

/// What is asked of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// Which workflows.
    pub scope: Scope,
    /// In lower case: what name, category or the start of the description must have.
    pub search: Option<String>,
    /// In which order.
    pub sort: SortBy,
    /// The greatest first.
    pub descending: bool,
    /// How many to pass over.
    pub offset: usize,
    /// How many at most.
    pub limit: usize,
}

/// The workflows that a team asks for, as `show` shows them, and how many there are on all pages. Only what is shown of them
/// is held together: a hundred of 200 KiB would not fit into an instance.
///
/// By age only the list's pages are read that these are in, and the workflows themselves; otherwise every page, and
/// these workflows. Fewer than asked for are returned where some were deleted, or are not public any more, and still
/// listed.
///
/// # Errors
/// When the store fails.
pub async fn list<K: Kv, T>(
    store: &Store<K>,
    team: &str,
    listing: &Listing,
    show: impl Fn(&Workflow) -> T,
) -> Result<(Vec<T>, usize), StoreError> {
    let (listed, total) = match (listing.sort, &listing.search) {
        (SortBy::CreatedAt, None) => {
            let page = page(store, team, listing).await?;
            (page.entries, page.total)
        }
        _ => found(store, team, listing).await?,
    };
    let listed: Vec<&Listed> = listed.iter().collect();
    let shown = read(store, team, &listed, show).await?;
    Ok((shown.into_iter().flatten().collect(), total))
}

/// A page by age.
async fn page<K: Kv>(
    store: &Store<K>,
    team: &str,
    listing: &Listing,
) -> Result<store::Listed<Listed>, StoreError> {
    let order = if listing.descending { Order::NewestFirst } else { Order::OldestFirst };
    let (offset, limit) = (listing.offset, listing.limit);
    let (own, public) = (own(store, team), public(store));
    match listing.scope {
        Scope::Owned => own.page(offset, limit, order).await,
        Scope::Public => public.page(offset, limit, order).await,
        Scope::Accessible => own.page_with(&public, offset, limit, order).await,
    }
}

/// What is found in the whole list, in the order asked for: the page of it, and how much it is.
async fn found<K: Kv>(
    store: &Store<K>,
    team: &str,
    listing: &Listing,
) -> Result<(Vec<Listed>, usize), StoreError> {
    let search = listing.search.as_deref().map(Search::of);
    let mut found = Vec::new();
    for (index, of) in [(own(store, team), Scope::Owned), (public(store), Scope::Public)] {
        if listing.scope == of || listing.scope == Scope::Accessible {
            let found_in = |list: &[u8]| search.as_ref().and_then(|it| it.found_in(list));
            let is_found = |entry: &Listed| search.as_ref().is_none_or(|it| it.finds(entry));
            found.extend(index.select(found_in, is_found).await?);
        }
    }
    // Other orders begin with the newest, too.
    found.sort_unstable_by_key(|listed| Reverse((listed.created_at, listed.id)));
    found.dedup_by_key(|listed| listed.id);
    let unread: Vec<&Listed> = found.iter().filter(|listed| listed.summary.is_none()).collect();
    let summaries = read(store, team, &unread, Summary::of).await?;
    let unread = found.iter_mut().filter(|listed| listed.summary.is_none());
    unread.zip(summaries).for_each(|(listed, summary)| listed.summary = summary);
    found.retain(|listed| {
        listed.summary.is_some() && search.as_ref().is_none_or(|it| it.finds(listed))
    });
    match listing.sort {
        SortBy::CreatedAt => found.reverse(),
        SortBy::UpdatedAt => found.sort_by_key(Entry::updated_at),
        SortBy::Name => found.sort_by_cached_key(|listed| {
            listed.summary.as_ref().map(|summary| summary.name.to_lowercase())
        }),
    }
    if listing.descending {
        found.reverse();
    }
    let total = found.len();
    Ok((found.into_iter().skip(listing.offset).take(listing.limit).collect(), total))
}

/// The workflows of these entries that the team may read, as `show` shows them, in their order.
async fn read<K: Kv, T>(
    store: &Store<K>,
    team: &str,
    listed: &[&Listed],
    show: impl Fn(&Workflow) -> T,
) -> Result<Vec<Option<T>>, StoreError> {
    let keys: Vec<String> =
        listed.iter().map(|listed| keys::workflow(&listed.id.to_string())).collect();
    let shown = |n: usize, workflow: Workflow| {
        let is_shown =
            !workflow.deleted && workflow.is_readable_by(team) && listed[n].is_of(&workflow);
        is_shown.then(|| show(&workflow))
    };
    let read = store.read_json_all(&keys, shown).await?;
    Ok(read.into_iter().map(Option::flatten).collect())
}

/// The list of a team's workflows.
pub(crate) fn own<'s, K: Kv>(store: &'s Store<K>, team: &str) -> Index<'s, K, Listed> {
    Index::new(store, keys::workflows(team))
}

/// The list of those that every team sees.
pub(crate) fn public<K: Kv>(store: &Store<K>) -> Index<'_, K, Listed> {
    Index::new(store, keys::workflows_public())
}
