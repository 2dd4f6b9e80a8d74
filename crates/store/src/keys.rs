//! Every key in the store, one function each: the table of design.md, section 3.
//!
//! What comes from outside is escaped, so that two identities never share a key, and bounded.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256};

/// Kept as they are in a part: letters, digits, and these. Not `:` `/` `#` `@` (they separate parts), `%` (it
/// escapes), `~` (it marks a hash).
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'+');

/// Bytes of a part above which its hash stands for it: with it no key is longer than 255 bytes.
const PART: usize = 64;

/// One part of a key, from any text.
fn part(text: &str) -> String {
    let escaped = utf8_percent_encode(text, ESCAPED).to_string();
    if escaped.len() <= PART {
        return escaped;
    }
    format!("~{}", hex::encode(Sha256::digest(text)))
}

/// Who an API key belongs to. `sha256` is the hash of the key, in hex.
pub fn api_key(sha256: &str) -> String {
    format!("key:{}", part(sha256))
}

/// The API keys of a team.
pub fn api_keys(team: &str) -> String {
    format!("keys:{}", part(team))
}

/// A team: its channels and settings.
pub fn team(id: &str) -> String {
    format!("team:{}", part(id))
}

/// The webhooks of a team.
pub fn webhooks(team: &str) -> String {
    format!("webhooks:{}", part(team))
}

/// The teams that have something sealed.
pub fn sealed() -> String {
    "sealed".to_owned()
}

/// How far the sealing anew of it all came.
pub fn sealed_cursor() -> String {
    "sealed:cursor".to_owned()
}

/// A workflow's head: draft, revision, status, published versions.
pub fn workflow(id: &str) -> String {
    format!("workflow:{}", part(id))
}

/// A published workflow, by the hash of its content, in hex. Immutable.
pub fn workflow_content(id: &str, sha256: &str) -> String {
    format!("workflow:{}@{}", part(id), part(sha256))
}

/// The workflows of a team.
pub fn workflows(team: &str) -> String {
    format!("workflows:{}", part(team))
}

/// The workflows that every team sees. `~` keeps it apart from the index of a team that is called `public`.
pub fn workflows_public() -> String {
    "workflows:~public".to_owned()
}

/// The agents of a team.
pub fn agents(team: &str) -> String {
    format!("agents:{}", part(team))
}

/// The contacts of a team.
pub fn contacts(team: &str) -> String {
    format!("contacts:{}", part(team))
}

/// What the contacts in part `n` of a team's list are called.
pub fn contact_names(team: &str, n: u64) -> String {
    format!("contacts:{}/names/{n}", part(team))
}

/// The contacts of a team that have, or had, an email address.
pub fn contact_email(team: &str, email: &str) -> String {
    format!("contact-email:{}:{}", part(team), part(email))
}

/// The tags that a team has given.
pub fn tags(team: &str) -> String {
    format!("tags:{}", part(team))
}

/// The tags that a team has defined for its conversations.
pub fn conversation_tags(team: &str) -> String {
    format!("conversation-tags:{}", part(team))
}

/// The conversations of an agent.
pub fn conversations(agent: &str) -> String {
    format!("conversations:{}", part(agent))
}

/// The phone calls of an agent.
pub fn calls(agent: &str) -> String {
    format!("calls:{}", part(agent))
}

/// Page `n` of an index (one of the keys above).
pub fn page(index: &str, n: u64) -> String {
    format!("{index}/page/{n}")
}

/// An agent.
pub fn agent(id: &str) -> String {
    format!("agent:{}", part(id))
}

/// What an agent knows.
pub fn knowledge(agent: &str) -> String {
    format!("knowledge:{}", part(agent))
}

/// A channel: an account at a provider, or a site.
pub fn channel(kind: &str, account: &str) -> String {
    format!("channel:{}:{}", part(kind), part(account))
}

/// What was read of the templates of a WhatsApp account.
pub fn templates(account: &str) -> String {
    format!("templates:{}", part(account))
}

/// A contact.
pub fn contact(id: &str) -> String {
    format!("contact:{}", part(id))
}

/// Which contact a provider means by `id`.
pub fn alias(channel: &str, account: &str, id: &str) -> String {
    format!("alias:{}:{}:{}", part(channel), part(account), part(id))
}

/// A conversation.
pub fn conversation(id: &str) -> String {
    format!("conversation:{}", part(id))
}

/// Page `n` of a conversation's older messages. Immutable.
pub fn conversation_log(id: &str, n: u64) -> String {
    format!("conversation:{}/log/{n}", part(id))
}

/// Page `n` of the ids of a conversation's older events. Immutable.
pub fn conversation_seen(id: &str, n: u64) -> String {
    format!("conversation:{}/seen/{n}", part(id))
}

/// Place `n` of the table of what a team's requests with an `Idempotency-Key` were answered.
pub fn answered(team: &str, n: u16) -> String {
    format!("answered:{}/{n}", part(team))
}

/// The counter of the requests that a key made in a minute since 1970.
pub fn rate(sha256: &str, minute: u64) -> String {
    format!("rate:{}:{minute}", part(sha256))
}

/// The minute in which a key with a limit was last used.
pub fn rate_last(sha256: &str) -> String {
    format!("rate:{}:last", part(sha256))
}

/// The tickets of a conversation's stream that were used.
pub fn tickets(conversation: &str) -> String {
    format!("tickets:{}", part(conversation))
}

/// The counter of the conversations to look at in a minute since 1970.
pub fn due(minute: u64) -> String {
    format!("due:{minute}")
}

/// How far the sweeps came.
pub fn due_cursor() -> String {
    "due:cursor".to_owned()
}

/// The counter of the sessions of flows that a team may poll for.
pub fn recent(team: &str) -> String {
    format!("recent:{}", part(team))
}

/// The counter of the sessions of sequences that a team may poll for. `~` keeps it apart from a flow that is called
/// `sequences`.
pub fn recent_sequences(team: &str) -> String {
    format!("recent:{}:~sequences", part(team))
}

/// The counter of the messages that a team may poll for. `~` keeps it apart from a flow that is called `messages`.
pub fn recent_messages(team: &str) -> String {
    format!("recent:{}:~messages", part(team))
}

/// The counter of the messages that could not be sent, of all teams.
pub fn failed() -> String {
    "failed".to_owned()
}

/// The counter of the sessions of a team's workflow.
pub fn recent_flow(team: &str, flow: &str) -> String {
    format!("recent:{}:{}", part(team), part(flow))
}

/// When a team last polled for messages.
pub fn polled(team: &str) -> String {
    format!("polled:{}", part(team))
}

/// Value `n` of a counter.
pub fn slot(counter: &str, n: u64) -> String {
    format!("{counter}/{n}")
}

/// Says where a document lives, and whether it was born.
pub(crate) fn birth(document: &str) -> String {
    format!("birth:{document}")
}

/// Where a document lives.
pub(crate) fn place(document: &str, claim: u64) -> String {
    format!("{document}#{claim}")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Texts that would run into each other if parts were only put side by side.
    fn texts() -> Vec<String> {
        let mut texts: Vec<String> = [
            "", "a", "A", "a:b", "a/b", "a#1", "a@b", "a%3Ab", "a b", "ä", "\0", "~", "public",
            "cursor", "1/2", "+49 151", "test:1", "1/page/2", "x/log/1",
        ]
        .map(str::to_owned)
        .into();
        let long = "9".repeat(PART + 1);
        texts.push(part(&long));
        texts.push(hex::encode(Sha256::digest(&long)));
        texts.push("9".repeat(PART));
        texts.push("é".repeat(1_000));
        texts.push(long);
        texts
    }

    /// Every key that can be made of these texts.
    fn all() -> Vec<String> {
        let one = [
            api_key,
            api_keys,
            team,
            webhooks,
            workflow,
            workflows,
            agents,
            contacts,
            tags,
            conversation_tags,
            conversations,
            agent,
            knowledge,
            tickets,
            rate_last,
            templates,
            contact,
            conversation,
            recent,
            recent_messages,
            recent_sequences,
            polled,
        ];
        let two = [workflow_content, channel, contact_email, recent_flow];
        let mut all = vec![workflows_public(), due_cursor(), due(1), due(12), slot(&due(1), 2)];
        all.extend([sealed(), sealed_cursor(), page(&sealed(), 1)]);
        for a in &texts() {
            all.extend(one.map(|key| key(a)));
            all.extend([answered(a, 1), rate(a, 1)]);
            all.extend([conversation_log(a, 1), conversation_seen(a, 1)]);
            all.extend([
                page(&workflows(a), 2),
                slot(&contacts(a), 2),
                contact_names(a, 2),
                slot(&recent(a), 2),
                place(&conversation(a), 1),
            ]);
            all.push(slot(&recent_messages(a), 2));
            all.push(slot(&recent_sequences(a), 2));
            for b in &texts() {
                all.extend(two.map(|key| key(a, b)));
                all.extend(texts().iter().map(|c| alias(a, b, c)));
            }
        }
        all
    }

    #[test]
    fn no_two_identities_share_a_key() {
        let all = all();
        let distinct: BTreeSet<_> = all.iter().collect();
        assert_eq!(distinct.len(), all.len());
    }

    #[test]
    fn no_key_is_longer_than_hosted_stores_take() {
        // 255 bytes: https://developer.fermyon.com/cloud/faq, "Key value store key size".
        for key in all() {
            let longest = place(&birth(&key), u64::MAX);
            assert!(longest.len() <= 255, "{longest}");
            assert!(longest.is_ascii());
        }
    }

    #[test]
    fn keys_read_as_in_the_design() {
        assert_eq!(conversation("0192-ab"), "conversation:0192-ab");
        assert_eq!(channel("whatsapp", "1061"), "channel:whatsapp:1061");
        assert_eq!(alias("whatsapp", "test:7", "+49151"), "alias:whatsapp:test%3A7:+49151");
        assert_eq!(slot(&due(29_000_000), 3), "due:29000000/3");
    }
}
