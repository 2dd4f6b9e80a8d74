//! A turn over the store: read, load what it may step, apply, write what announces it, commit.

mod announced;

use std::time::Duration;

use agents::{Agent, LiveStatus};
use conversation::{
    Contact, Conversation, EventId, Finished, Known, Pinned, Seen, Subscription, Turn, TurnError,
};
use flow::Timestamp;
use store::{Change, StoreError, keys, to_json};
use teams::Account;
use uuid::Uuid;

use crate::deliver::Heard;
use crate::party::Party;
use crate::programs::Loaded;
use crate::{Engine, EngineError, Host, WordsError};

/// The largest conversation document, in bytes. Design section 3 plans for 256 KiB; this is the last resort before
/// the 1 MB at which hosted stores refuse a value.
const MAX_BYTES: usize = 900 * 1024;

const MINUTE: u64 = 60_000;

/// What a commit is about.
pub(crate) struct Commit<'a> {
    /// The conversation.
    pub(crate) id: Uuid,
    /// With what it is created if there is none.
    pub(crate) party: Option<&'a Party>,
    /// On whose word. Another team's conversation, or another account's, is left alone.
    pub(crate) account: Option<&'a Account>,
    /// The agent that answers there, if one does.
    pub(crate) agent: Option<&'a Agent>,
    /// Who holds the messages it takes.
    pub(crate) turn: Uuid,
    /// The events to be applied, with the times their source gave.
    pub(crate) events: &'a [(EventId, Option<Timestamp>)],
    /// A workflow to be started for sure.
    pub(crate) start: Option<&'a Pinned>,
    /// A workflow that starts if no session waits for a message.
    pub(crate) route: Option<Uuid>,
    /// A document that was written before, and the conversation in it: if that is what is still stored, it need not be
    /// read from its JSON again.
    pub(crate) written: Option<(&'a [u8], &'a Conversation)>,
    /// The contact, as it was read before the message was sent. Not used where anything is due in the conversation.
    pub(crate) contact: Option<&'a Contact>,
}

impl Commit<'_> {
    /// About a conversation that is there, without an event.
    pub(crate) fn of(id: Uuid, turn: Uuid) -> Self {
        let (party, account, agent) = (None, None, None);
        let (start, route, written, contact) = (None, None, None, None);
        Self { id, party, account, agent, turn, events: &[], start, route, written, contact }
    }

    /// Tells the conversation what its contact is called, if nobody did before. Whether that is news.
    fn name(&self, conversation: &mut Conversation) -> bool {
        self.party.is_some_and(|party| party.name(conversation))
    }

    /// The conversation of a stored document.
    fn read(&self, key: &str, json: &[u8]) -> Result<Conversation, StoreError> {
        match self.written {
            Some((written, conversation)) if written == json => {
                debug_assert_eq!(Ok(conversation), store::from_json(key, json).as_ref());
                Ok(conversation.clone())
            }
            _ => store::from_json(key, json),
        }
    }
}

/// A turn that took effect.
#[derive(Debug)]
pub struct Committed<R> {
    /// What the events did.
    pub result: R,
    /// The conversation as it is now.
    pub conversation: Conversation,
    /// The same, as it was written; absent if it was left as it was.
    pub(crate) written: Option<Vec<u8>>,
    /// Timers that fired.
    pub fired: usize,
    /// The account that it is on, if that was read in this request.
    pub(crate) account: Option<Account>,
    /// Who holds the messages that were taken.
    pub(crate) turn: Uuid,
    /// When the commit was begun, on the monotonic clock: never after the time that its leases count from.
    pub(crate) at: Duration,
    /// Who wants to be told of what, if it was read.
    pub(crate) subscribed: Option<Vec<Subscription>>,
    /// The provider's id of the last message of the contact that the turn took.
    pub(crate) heard: Option<String>,
    /// The same, where it is to be shown as read.
    pub(crate) reading: Option<Heard>,
    /// The message of which somebody waits to hear whether it was sent.
    pub(crate) awaited: Option<Uuid>,
}

impl<R> Committed<R> {
    /// Says that somebody waits to hear whether this message was sent: where its account is stopped it fails, and does not go out
    /// by itself after that was said.
    #[must_use]
    pub fn awaiting(self, message: Uuid) -> Self {
        Self { awaited: Some(message), ..self }
    }

    /// The same, whatever the events did: what is to be done after it does not depend on that.
    #[must_use]
    pub fn without_result(self) -> Committed<()> {
        let Self { result: _, conversation, written, fired, account, turn, .. } = self;
        let Self { at, subscribed, heard, reading, awaited, .. } = self;
        let result = ();
        Committed {
            result,
            conversation,
            written,
            fired,
            account,
            turn,
            at,
            subscribed,
            heard,
            reading,
            awaited,
        }
    }

    /// Has what is left to be done read the account and the document again. Of many conversations at once that is worth it: less is
    /// held, and an account of which a delivery finds that it may not send any more is not used by the next.
    pub(crate) fn forget_what_was_read(&mut self) {
        (self.account, self.written) = (None, None);
    }

    /// Whether something is left to be sent, called, changed or told.
    #[must_use]
    pub fn has_work(&self) -> bool {
        let Self { conversation, turn, .. } = self;
        conversation.first_held(*turn).is_some()
            || conversation.held_calls(*turn).next().is_some()
            || conversation.held_notices(*turn).next().is_some()
            || !conversation.changes.is_empty()
            || conversation.has_turn_waiting()
    }
}

/// Why there was no commit.
#[derive(Debug)]
pub(crate) enum NotCommitted {
    Turn(TurnError),
    Engine(EngineError),
}

impl From<StoreError> for NotCommitted {
    fn from(error: StoreError) -> Self {
        Self::Engine(error.into())
    }
}

impl From<NotCommitted> for EngineError {
    fn from(error: NotCommitted) -> Self {
        match error {
            NotCommitted::Engine(error) => error,
            NotCommitted::Turn(error) => Self::Unwritable(error.to_string()),
        }
    }
}

impl<H: Host> Engine<'_, H> {
    /// Applies `act` to a conversation and commits, as often as conflicts make it necessary. `None`: there is no
    /// such conversation, and nothing to create it with.
    pub(crate) async fn commit<R>(
        &self,
        commit: Commit<'_>,
        act: impl FnMut(
            &mut Turn<'_, Loaded>,
            &mut Conversation,
            Option<&Pinned>,
        ) -> Result<R, TurnError>,
    ) -> Result<Option<Committed<R>>, NotCommitted> {
        self.commit_knowing(commit, None, act).await
    }

    /// The same, by who read before in this delivery who wants to be told of what.
    pub(crate) async fn commit_knowing<R>(
        &self,
        commit: Commit<'_>,
        mut subscribed: Option<Vec<Subscription>>,
        mut act: impl FnMut(
            &mut Turn<'_, Loaded>,
            &mut Conversation,
            Option<&Pinned>,
        ) -> Result<R, TurnError>,
    ) -> Result<Option<Committed<R>>, NotCommitted> {
        let key = keys::conversation(&commit.id.to_string());
        let seed = self.host.random();
        // Before any clock is read, and not again when the turn is applied again: a host that stood still in between
        // must not take its leases for younger than they are.
        let at = self.host.monotonic();
        let mut announced = None;
        let mut listed = None;
        let mut call_listed = None;
        let mut told = polling::Announcement::default();
        let committed = self
            .host
            .store()
            .update(&key, async |current: Option<Vec<u8>>| {
                let clock = self.host.now();
                let stored = || match (&current, commit.party) {
                    (Some(json), _) => commit.read(&key, json).map(Some),
                    (None, party) => Ok(party.map(|party| party.begin(clock))),
                };
                let Some(mut conversation) = stored()? else { return Ok(Change::Keep(None)) };
                if commit.account.is_some_and(|account| !is_of(&conversation, account)) {
                    return Ok(Change::Keep(None));
                }
                let assigned = commit.agent.filter(|agent| conversation.agent != Some(agent.id));
                let agent = assigned.map_or(conversation.agent, |agent| Some(agent.id));
                conversation.agent = agent;
                let named = commit.name(&mut conversation);
                let contact = self.contact_of(&conversation, &commit).await?;
                let now = contact.now(clock);
                let (mut loaded, route) = self.load(&conversation, &commit, now).await?;
                let older = self.older(&conversation, commit.events).await?;
                let ids = (commit.turn, seed);
                let team = conversation.team.clone();
                let may_route = route.is_some() || !conversation.queue.is_empty();
                let has_model = may_route && self.has_model().await;
                let (result, fired, finished) = loop {
                    let known = Known {
                        contact: &contact,
                        programs: &loaded,
                        older: &older,
                        has_model,
                        rests: commit.agent.is_some_and(rests),
                    };
                    let mut turn = Turn::begin(&mut conversation, clock, ids, &known);
                    let fired = turn.fired();
                    let result = act(&mut turn, &mut conversation, route.as_ref());
                    if result.is_ok() {
                        self.announce_news(&mut turn, &mut conversation, &mut subscribed).await?;
                    }
                    let finished = turn.finish(&mut conversation);
                    if !self.load_missing(&mut loaded, &team).await? {
                        break (result.map_err(NotCommitted::Turn)?, fired, finished);
                    }
                    conversation = stored()?.unwrap_or(conversation);
                    conversation.agent = agent;
                    commit.name(&mut conversation);
                };
                let finished = match finished {
                    // That it is another agent's by now is written also where nothing else is: else each event that comes
                    // again would name it in the list anew. As it was stored: what the turn took out of its log is in
                    // pages that are not written.
                    None if assigned.is_some() && current.is_some() => {
                        conversation = stored()?.unwrap_or(conversation);
                        conversation.agent = agent;
                        commit.name(&mut conversation);
                        Some(Finished::default())
                    }
                    finished => finished,
                };
                let heard = finished.as_ref().and_then(|finished| finished.heard.last());
                let heard = heard.and_then(|id| conversation.message(*id)?.provider_id.clone());
                let write = match finished {
                    None => None,
                    Some(finished) => {
                        let store = self.host.store();
                        let now = self.host.now();
                        if let Some(agent) = assigned {
                            self.enlist(&mut conversation, agent, &mut listed).await?;
                        } else if named {
                            self.name_in_list(&conversation).await?;
                        }
                        self.enlist_call(&mut conversation, &mut call_listed).await?;
                        polling::announce(store, &mut conversation, &finished, now, &mut told)
                            .await?;
                        let json = to_json(&key, &conversation)?;
                        if json.len() > MAX_BYTES {
                            return Err(NotCommitted::Engine(EngineError::Unwritable(key.clone())));
                        }
                        for page in &finished.pages {
                            store.put(&format!("{key}/{}", page.name), &page.value).await?;
                        }
                        // Once is enough, however often a conflict makes the turn be applied.
                        if let Some(minute) = finished.announce
                            && announced != Some(minute)
                        {
                            self.announce(minute, commit.id).await?;
                            announced = Some(minute);
                        }
                        Some(json)
                    }
                };
                let (turn, subscribed) = (commit.turn, subscribed.clone());
                let committed = Committed {
                    result,
                    conversation,
                    written: write.clone(),
                    fired,
                    account: commit.account.cloned(),
                    turn,
                    at,
                    subscribed,
                    heard,
                    reading: None,
                    awaited: None,
                };
                Ok(match write {
                    Some(json) => Change::Write(json, Some(committed)),
                    None => Change::Keep(Some(committed)),
                })
            })
            .await?;
        // A host that stood still between the slot and the commit: a sweep may have looked at the slot before there
        // was anything to see, and removed it.
        if let Some(minute) = announced
            && self.is_late(minute)
        {
            self.announce_again(commit.id).await?;
        }
        if let Some(Committed { conversation, .. }) = &committed
            && let Err(error) = polling::count(self.host.store(), conversation, &told).await
        {
            // It took effect: a count that lacks one is no reason to say that it did not.
            self.host.log(&format!("a session is not counted: {error}"));
        }
        Ok(committed)
    }

    /// Applies `act` to the conversation of an account with an address, which is created if there is none: by what answers on
    /// that account.
    pub(crate) async fn commit_on<R>(
        &self,
        account: &Account,
        address: &str,
        events: &[EventId],
        act: impl FnMut(
            &mut Turn<'_, Loaded>,
            &mut Conversation,
            Option<&Pinned>,
        ) -> Result<R, TurnError>,
    ) -> Result<Committed<R>, WordsError> {
        let agent = self.agent_of(account).await?;
        let (team, channel) = (account.team.clone(), account.kind);
        let source = channel.as_str();
        let contact =
            self.find_or_create_contact(&team, address, source, Default::default()).await?;
        let (name, address) = (account.account.clone(), address.to_owned());
        let party = Party { team, channel, account: name, address, username: None, contact };
        let answering = agent.as_ref().map(|agent| agent.workflow_id);
        let events: Vec<_> = events.iter().map(|event| (*event, None)).collect();
        let commit = Commit {
            party: Some(&party),
            account: Some(account),
            agent: agent.as_ref(),
            events: &events,
            route: answering.or(account.workflow_id),
            ..Commit::of(party.conversation(), self.host.random())
        };
        self.commit(commit, act).await?.ok_or(WordsError::NotFound)
    }

    /// The compiled contents that a turn may step, and what a route would start.
    async fn load(
        &self,
        conversation: &Conversation,
        commit: &Commit<'_>,
        clock: Timestamp,
    ) -> Result<(Loaded, Option<Pinned>), StoreError> {
        let mut loaded = Loaded::default();
        let pinned =
            conversation.pinned().chain(commit.start.map(|p| (p.workflow, p.content.as_str())));
        for (workflow, hash) in pinned {
            if !loaded.knows(hash) {
                let published = self.published(workflow, hash).await?;
                loaded.add(hash, published.as_ref());
            }
        }
        // The session that waits may end before the last message comes to it: by a timer, or by an earlier message.
        let is_taken = commit.events.len() == 1
            && conversation.live_call().is_none()
            && conversation.queue.is_empty()
            && !conversation.is_calling()
            && conversation.waiting().is_some()
            && conversation.due().is_none_or(|due| due > conversation.now(clock));
        let route = match commit.route {
            Some(workflow) if !is_taken && !conversation.paused => {
                self.route(workflow, &conversation.team, &mut loaded).await?
            }
            _ => None,
        };
        Ok((loaded, route))
    }

    /// Those of the events that were applied so long ago that they moved to pages.
    pub(crate) async fn older(
        &self,
        conversation: &Conversation,
        events: &[(EventId, Option<Timestamp>)],
    ) -> Result<Vec<EventId>, StoreError> {
        let mut older = Vec::new();
        for (event, sent_at) in events {
            if conversation.seen.contains(*event) {
                continue;
            }
            for n in conversation.seen.pages_for(*sent_at) {
                let key = keys::conversation_seen(&conversation.id.to_string(), n);
                let page = self.host.store().get(&key).await?;
                if page.is_some_and(|page| Seen::page_contains(&page, *event)) {
                    older.push(*event);
                    break;
                }
            }
        }
        Ok(older)
    }

    /// The contact, with at least those changes that the conversation has forgotten: what was read before the
    /// conversation was may lack some.
    async fn contact_of(
        &self,
        conversation: &Conversation,
        commit: &Commit<'_>,
    ) -> Result<Contact, NotCommitted> {
        // What comes due now asks what the contact wants now.
        let is_due = || conversation.due().is_some_and(|due| due <= self.host.now());
        let before = commit.contact.filter(|_| !is_due());
        let known = before.or(commit.party.map(|party| &party.contact));
        if let Some(contact) = known.filter(|contact| !conversation.outran(contact)) {
            return Ok(contact.clone());
        }
        let contact = self.contact(&conversation.team, conversation.contact_id).await;
        let contact = contact.map_err(NotCommitted::Engine)?;
        Ok(contact.unwrap_or_else(|| {
            Contact::new(&conversation.team, &conversation.address, "", conversation.created_at)
        }))
    }

    /// Does what is due in a conversation. `None`: there is none of that id.
    pub(crate) async fn touch(&self, id: Uuid) -> Result<Option<Committed<()>>, EngineError> {
        let commit = Commit::of(id, self.host.random());
        Ok(self.commit(commit, |_, _, _| Ok(())).await?)
    }
}

fn is_of(conversation: &Conversation, account: &Account) -> bool {
    (conversation.team.as_str(), conversation.channel, conversation.account.as_str())
        == (account.team.as_str(), account.kind, account.account.as_str())
}

fn rests(agent: &Agent) -> bool {
    agent.status == LiveStatus::Paused
}
