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
    WHERE store = ?1 AND key GLOB ?2 || '/*' AND instr(CAST(value AS TEXT), ?3) > 0";
const ONE: &str = "SELECT value FROM spin_key_value WHERE store = ?1 AND key = ?2";

/// A contact, and its conversation on one account.
struct Pair {
    phone: String,
    contact: String,
    conversation: String,
}

impl Pair {
    fn of(world: &World, prefix: &str, n: u64) -> Self {
        let test = format!("test:{}", world.agent);
        let account = if prefix == KNOWN { &world.account } else { &test };
        let phone = phone(prefix, n);
        let conversation =
            identity::conversation(&world.team, Channel::Whatsapp, account, &phone).to_string();
        let contact = identity::contact(&world.team, &phone).to_string();
        Self { phone, contact, conversation }
    }

    /// What is written of the first one, written of this one.
    fn instead(&self, first: &Pair, text: &str) -> String {
        let digits = |pair: &Pair| pair.phone.trim_start_matches('+').to_owned();
        text.replace(&first.contact, &self.contact)
            .replace(&first.conversation, &self.conversation)
            .replace(&digits(first), &digits(self))
    }
}

/// A list of numbered slots, and the slot of the first.
struct List {
    counter: String,
    length: u64,
    slot: String,
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
    for prefix in [KNOWN, TESTERS] {
        copy(&transaction, world, prefix, each)?;
    }
    transaction.commit()?;
    connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE);")?;
    Ok(())
}

fn copy(connection: &Connection, world: &World, prefix: &str, each: u64) -> anyhow::Result<()> {
    let first = Pair::of(world, prefix, 0);
    let mut rows = of_key(connection, &first.contact)?;
    rows.extend(of_key(connection, &first.conversation)?);
    let is_document = |(key, _): &(String, Vec<u8>)| key.starts_with("conversation:");
    ensure!(rows.iter().any(is_document), "no conversation {}", first.conversation);
    let mut contacts = List::of(connection, &format!("contacts:{}", world.team), &first.contact)?;
    let list = format!("conversations:{}", world.agent);
    let mut conversations = List::of(connection, &list, &first.conversation)?;

    let mut put = connection.prepare(PUT)?;
    for n in world.conversations..each {
        let copy = Pair::of(world, prefix, n);
        let slots = [contacts.append(&first, &copy), conversations.append(&first, &copy)];
        for (key, value) in slots {
            put.execute(params![STORE, key, value])?;
        }
        for (key, value) in &rows {
            let slot =
                if key.contains(&first.contact) { contacts.length } else { conversations.length };
            let value = copied(value, &first, &copy, slot)?;
            put.execute(params![STORE, copy.instead(&first, key), value])?;
        }
    }
    for list in [contacts, conversations] {
        // As SQLite's `increment` writes it.
        put.execute(params![STORE, list.counter, list.length.to_le_bytes()])?;
    }
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
    fn of(connection: &Connection, counter: &str, id: &str) -> anyhow::Result<Self> {
        let length: Vec<u8> = connection
            .query_row(ONE, params![STORE, counter], |row| row.get(0))
            .with_context(|| format!("no list {counter}"))?;
        let length = length.try_into().ok().with_context(|| format!("{counter} is no number"))?;
        let slot: Vec<u8> = connection
            .query_row(IN_LIST, params![STORE, counter, id], |row| row.get(1))
            .with_context(|| format!("{id} is not in {counter}"))?;
        let slot = String::from_utf8(slot)?;
        Ok(Self { counter: counter.to_owned(), length: u64::from_le_bytes(length), slot })
    }

    fn append(&mut self, first: &Pair, copy: &Pair) -> (String, Vec<u8>) {
        self.length += 1;
        let slot = copy.instead(first, &self.slot);
        (format!("{}/{}", self.counter, self.length), slot.into_bytes())
    }
}
