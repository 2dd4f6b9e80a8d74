//! Makes a store of many conversations from one of few: what the application wrote for one contact and its conversations is
//! written again for others, in the table itself, with their ids and phones. Through HTTP 100,000 would take minutes.
//!
//! All that is stored of a contact has its id, or its conversation's, in its key, or stands in a list of numbered slots;
//! a copy is as true as the first, but for ids of sessions and messages, which nothing looks up across conversations.

use std::path::Path;

use anyhow::{Context as _, ensure};
use conversation::{Channel, identity};
use rusqlite::{Connection, params};
use serde_json::Value;

use super::world::{KNOWN, TESTERS, World, phone};

/// Spin's label of the store.
const STORE: &str = "default";
/// Of this table most is written anew: in the memory of the machine it is built, and at the end on the disk.
const FAST: &str = "PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000;";
const PUT: &str = "INSERT OR REPLACE INTO spin_key_value (store, key, value) VALUES (?1, ?2, ?3)";
const OF_KEY: &str =
    "SELECT key, value FROM spin_key_value WHERE store = ?1 AND instr(key, ?2) > 0";
const IN_LIST: &str = "SELECT key, value FROM spin_key_value
    WHERE store = ?1 AND key GLOB ?2 || '/*' AND (value = ?4 OR instr(CAST(value AS TEXT), ?3) > 0)";
const ONE: &str = "SELECT value FROM spin_key_value WHERE store = ?1 AND key = ?2";

/// A contact, and its conversation on one account.
struct Pair {
    phone: String,
    contact: String,
    /// The contact's id, as the list of a team's contacts has it.
    contact_bytes: [u8; 16],
    conversation: String,
}

impl Pair {
    fn of(world: &World, prefix: &str, n: u64) -> Self {
        let test = format!("test:{}", world.agent);
        let account = if prefix == KNOWN { &world.account } else { &test };
        let phone = phone(prefix, n);
        let conversation =
            identity::conversation(&world.team, Channel::Whatsapp, account, &phone).to_string();
        let contact = identity::contact(&world.team, &phone);
        let contact_bytes = *contact.as_bytes();
        Self { phone, contact: contact.to_string(), contact_bytes, conversation }
    }

    /// What is written of the first one, written of this one.
    fn instead(&self, first: &Pair, text: &str) -> String {
        let digits = |pair: &Pair| pair.phone.trim_start_matches('+').to_owned();
        text.replace(&first.contact, &self.contact)
            .replace(&first.conversation, &self.conversation)
            .replace(&digits(first), &digits(self))
    }

    /// The same of a slot: the contact's id as it is, or an entry.
    fn slot_instead(&self, first: &Pair, slot: &[u8]) -> Vec<u8> {
        match str::from_utf8(slot) {
            _ if slot == first.contact_bytes => self.contact_bytes.to_vec(),
            Ok(text) => self.instead(first, text).into_bytes(),
            Err(_) => slot.to_vec(),
        }
    }
}

/// What is stored of the first pair of a kind.
struct First {
    prefix: &'static str,
    pair: Pair,
    rows: Vec<(String, Vec<u8>)>,
    /// Its slots in the team's list of contacts, and in the agent's of conversations.
    slots: [Vec<u8>; 2],
}

impl First {
    fn of(
        connection: &Connection,
        world: &World,
        prefix: &'static str,
        [contacts, conversations]: &[List; 2],
    ) -> anyhow::Result<Self> {
        let pair = Pair::of(world, prefix, 0);
        let mut rows = of_key(connection, &pair.contact)?;
        rows.extend(of_key(connection, &pair.conversation)?);
        let is_document = |(key, _): &(String, Vec<u8>)| key.starts_with("conversation:");
        ensure!(rows.iter().any(is_document), "no conversation {}", pair.conversation);
        let slots = [
            contacts.slot(connection, &pair.contact, &pair)?,
            conversations.slot(connection, &pair.conversation, &pair)?,
        ];
        Ok(Self { prefix, pair, rows, slots })
    }
}

/// A list of numbered slots.
struct List {
    counter: String,
    length: u64,
}

/// In the file of a host that has stopped: so many contacts of WhatsApp and as many of the test channel, each with a
/// conversation.
///
/// # Errors
/// When the store is not as a bench leaves it.
pub fn conversations(file: &Path, world: &World, each: u64) -> anyhow::Result<()> {
    let mut connection = Connection::open(file)?;
    connection.execute_batch(FAST)?;
    let transaction = connection.transaction()?;
    let mut lists = [
        List::of(&transaction, format!("contacts:{}", world.team))?,
        List::of(&transaction, format!("conversations:{}", world.agent))?,
    ];
    let first = |prefix| First::of(&transaction, world, prefix, &lists);
    let kinds = [first(KNOWN)?, first(TESTERS)?];
    for n in world.conversations..each {
        for first in &kinds {
            copy(&transaction, world, first, &mut lists, n)?;
        }
    }
    for list in lists {
        // As SQLite's `increment` writes it.
        put(&transaction, &list.counter, &list.length.to_le_bytes())?;
    }
    transaction.commit()?;
    connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE);")?;
    Ok(())
}

fn copy(
    connection: &Connection,
    world: &World,
    first: &First,
    lists: &mut [List; 2],
    n: u64,
) -> anyhow::Result<()> {
    let pair = Pair::of(world, first.prefix, n);
    for (list, slot) in lists.iter_mut().zip(&first.slots) {
        list.length += 1;
        let slot = pair.slot_instead(&first.pair, slot);
        put(connection, &format!("{}/{}", list.counter, list.length), &slot)?;
    }
    let [contacts, conversations] = lists;
    for (key, value) in &first.rows {
        let is_contacts = key.contains(&first.pair.contact);
        let slot = if is_contacts { contacts.length } else { conversations.length };
        let value = copied(value, &first.pair, &pair, slot)?;
        put(connection, &pair.instead(&first.pair, key), &value)?;
    }
    Ok(())
}

fn put(connection: &Connection, key: &str, value: &[u8]) -> anyhow::Result<()> {
    connection.prepare_cached(PUT)?.execute(params![STORE, key, value])?;
    Ok(())
}

/// A document with the other's ids, and the number of its own slot; a birth as it is.
fn copied(value: &[u8], first: &Pair, copy: &Pair, slot: u64) -> anyhow::Result<Vec<u8>> {
    let Some(text) = str::from_utf8(value).ok().filter(|text| text.starts_with('{')) else {
        return Ok(value.to_vec());
    };
    let mut document: Value = serde_json::from_str(&copy.instead(first, text))?;
    if let Some(listed) = document.get_mut("listed") {
        *listed = slot.into();
    }
    Ok(serde_json::to_vec(&document)?)
}

fn of_key(connection: &Connection, part: &str) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let mut rows = connection.prepare(OF_KEY)?;
    let rows = rows.query_map(params![STORE, part], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

impl List {
    fn of(connection: &Connection, counter: String) -> anyhow::Result<Self> {
        let length: Vec<u8> = connection
            .query_row(ONE, params![STORE, counter], |row| row.get(0))
            .with_context(|| format!("no list {counter}"))?;
        let length = length.try_into().ok().with_context(|| format!("{counter} is no number"))?;
        Ok(Self { counter, length: u64::from_le_bytes(length) })
    }

    fn slot(&self, connection: &Connection, id: &str, pair: &Pair) -> anyhow::Result<Vec<u8>> {
        let wanted = params![STORE, self.counter, id, pair.contact_bytes];
        connection
            .query_row(IN_LIST, wanted, |row| row.get(1))
            .with_context(|| format!("{id} is not in {}", self.counter))
    }
}
