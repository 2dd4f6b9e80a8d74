//! Which channel accounts an agent answers, as their own documents say.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use agents::{Agent, Profile, channels};
use flow::Timestamp;
use store::memory::{Backend, MemoryKv, block_on};
use store::{Change, Store, StoreError, keys, to_json};
use teams::{Account, Kind, Stop, Team};
use uuid::Uuid;

const NOW: Timestamp = Timestamp(1_700_000_000_000);

fn account(account: &str, team: &str, agent: Option<Uuid>) -> Account {
    Account {
        kind: Kind::Whatsapp,
        account: account.to_owned(),
        team: team.to_owned(),
        credentials: None,
        agent_id: agent,
        workflow_id: None,
        business_account_id: None,
        allowed_origins: Vec::new(),
        language: None,
        transfer_to: None,
        mark_as_read: false,
        stopped: None,
        created_at: NOW,
        updated_at: NOW,
    }
}

#[test]
fn an_account_is_shown_to_the_agent_it_names_and_stopped_if_it_is() {
    let store = Store::new(MemoryKv::new(Backend::Sqlite), || 1);
    let agent = Agent::new(Uuid::from_u128(1), "team", Profile::default(), Uuid::nil(), NOW);
    let mut stopped = account("2", "team", Some(agent.id));
    stopped.stopped = Some(Stop { code: "190".into(), message: "Expired".into(), at: NOW });
    let accounts = [
        account("1", "team", Some(agent.id)),
        stopped,
        account("3", "team", None),
        account("4", "team", Some(Uuid::from_u128(2))),
        // It went over to another team after this one had listed it.
        account("5", "other", Some(agent.id)),
    ];
    let mut team = Team::default();
    team.add_channel(Kind::Whatsapp, "never written");
    for account in &accounts {
        team.add_channel(account.kind, &account.account);
        let key = keys::channel("whatsapp", &account.account);
        write(&store, &key, account);
    }
    write(&store, &keys::team("team"), &team);

    let shown = block_on(channels(&store, &agent)).unwrap();

    let shown: Vec<_> = shown.iter().map(|c| (c.id.as_str(), c.status, c.is_connected)).collect();
    assert_eq!(shown, [("whatsapp:1", "connected", true), ("whatsapp:2", "stopped", false)]);
}

fn write<T: serde::Serialize>(store: &Store<MemoryKv>, key: &str, document: &T) {
    let json = to_json(key, document).unwrap();
    block_on(store.update(key, async |_| Ok::<_, StoreError>(Change::Write(json.clone(), ()))))
        .unwrap();
}
