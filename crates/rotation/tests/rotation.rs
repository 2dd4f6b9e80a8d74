//! A new `secrets_key`: everything that is sealed opens before, while and after it is sealed anew.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::cell::Cell;

use conversation::{EventId, KeyUse};
use flow::Timestamp;
use rotation::{Rotated, Rotation};
use store::memory::{Backend, Fault, Kind as Operation, MemoryKv, Random, block_on};
use store::{Change, Store, StoreError, keys, to_json};
use teams::{Account, Credentials, Kind, Secrets, Team};
use uuid::Uuid;
use webhooks::{Surface, Webhook};

const HOUR: u64 = 60 * 60 * 1000;

fn store(kv: &MemoryKv) -> Store<MemoryKv> {
    let mut random = Random::new(1);
    Store::new(kv.clone(), move || random.number())
}

fn nonces() -> impl FnMut() -> [u8; 24] {
    let mut random = Random::new(7);
    move || {
        let mut nonce = [0; 24];
        nonce[..8].copy_from_slice(&random.number().to_be_bytes());
        nonce
    }
}

fn old() -> Secrets {
    Secrets::new("old").unwrap()
}

fn both() -> Secrets {
    Secrets::new("new").unwrap().with_previous("old")
}

/// One call, which stops after looking at so many teams.
fn rotate_some(kv: &MemoryKv, secrets: &Secrets, now: u64, teams: usize) -> Rotated {
    let looked = Cell::new(0);
    let is_over = || {
        looked.set(looked.get() + 1);
        looked.get() > teams
    };
    let store = store(kv);
    let rotation = Rotation { store: &store, secrets, now, random: nonces(), is_over };
    block_on(rotation.run()).unwrap()
}

fn rotate(kv: &MemoryKv, secrets: &Secrets) -> Rotated {
    rotate_some(kv, secrets, 0, usize::MAX)
}

fn done(rotated: u64, left: u64, more: bool) -> Rotated {
    Rotated { rotated, left, more, unopened: Vec::new() }
}

/// As `POST /ops/channels` does it.
fn add_account(kv: &MemoryKv, team: &str, account: &str, secrets: &Secrets) {
    let store = store(kv);
    let credentials = Credentials::Telephony {
        account_sid: format!("sid of {account}"),
        auth_token: format!("token of {account}"),
    };
    let sealed = Account::seal(Kind::Telephony, account, &credentials, secrets, [3; 24]).unwrap();
    let document = Account {
        kind: Kind::Telephony,
        account: account.to_owned(),
        team: team.to_owned(),
        business_account_id: None,
        credentials: Some(sealed),
        agent_id: None,
        workflow_id: None,
        allowed_origins: Vec::new(),
        language: None,
        transfer_to: None,
        mark_as_read: false,
        stopped: None,
        created_at: Timestamp(0),
        updated_at: Timestamp(0),
    };
    block_on(async {
        rotation::announce(&store, team).await.unwrap();
        let key = keys::team(team);
        let mut listed: Team = store.read_json(&key).await.unwrap().unwrap_or_default();
        listed.add_channel(Kind::Telephony, account);
        write(&store, &key, to_json(&key, &listed).unwrap()).await;
        let key = keys::channel(Kind::Telephony.as_str(), account);
        write(&store, &key, to_json(&key, &document).unwrap()).await;
    });
}

async fn write(store: &Store<MemoryKv>, key: &str, json: Vec<u8>) {
    let written: Result<(), StoreError> =
        store.update(key, async |_| Ok(Change::Write(json.clone(), ()))).await;
    written.unwrap();
}

fn add_webhook(kv: &MemoryKv, team: &str, n: u128, secrets: &Secrets) {
    let (id, store) = (Uuid::from_u128(n), store(kv));
    let webhook = Webhook {
        id,
        url: "https://example.com/hook".to_owned(),
        events: None,
        secret: webhooks::seal_secret(id, &format!("whsec_{n}"), secrets, [1; 24]).unwrap(),
        surface: Surface::Actions,
        request: KeyUse { key: EventId::of("key", "k"), body: EventId::of("body", "b") },
        test: None,
        disabled: None,
        created_at: Timestamp(0),
    };
    block_on(rotation::announce(&store, team)).unwrap();
    block_on(webhooks::add(&store, team, &webhook)).unwrap();
}

fn account_opens(kv: &MemoryKv, account: &str, secrets: &Secrets) -> bool {
    let key = keys::channel(Kind::Telephony.as_str(), account);
    let stored: Account = block_on(store(kv).read_json(&key)).unwrap().unwrap();
    match stored.credentials(secrets) {
        Ok(Credentials::Telephony { auth_token, .. }) => {
            auth_token == format!("token of {account}")
        }
        _ => false,
    }
}

fn webhook_opens(kv: &MemoryKv, team: &str, n: u128, secrets: &Secrets) -> bool {
    let stored = block_on(webhooks::load(&store(kv), team)).unwrap();
    let webhook = stored.find(Uuid::from_u128(n)).unwrap();
    webhooks::open_secret(webhook, secrets).ok() == Some(format!("whsec_{n}"))
}

#[test]
fn what_the_key_before_sealed_is_sealed_anew_and_no_longer_needs_it() {
    for backend in Backend::ALL {
        let kv = MemoryKv::new(backend);
        for (team, account) in [("acme", "+1"), ("acme", "+2"), ("other", "+3")] {
            add_account(&kv, team, account, &old());
        }
        for (team, n) in [("acme", 1), ("acme", 2), ("hooks-only", 3)] {
            add_webhook(&kv, team, n, &old());
        }
        add_account(&kv, "acme", "+4", &both());
        assert!(account_opens(&kv, "+1", &both()), "before it is rotated");

        assert_eq!(rotate(&kv, &both()), done(6, 0, false), "{backend:?}");

        let new = Secrets::new("new").unwrap();
        for account in ["+1", "+2", "+3", "+4"] {
            assert!(account_opens(&kv, account, &new), "{account}");
            assert!(!account_opens(&kv, account, &old()), "{account}");
        }
        for (team, n) in [("acme", 1), ("acme", 2), ("hooks-only", 3)] {
            assert!(webhook_opens(&kv, team, n, &new), "{n}");
            assert!(!webhook_opens(&kv, team, n, &old()), "{n}");
        }
        let (stored, writes) = (kv.keys(), kv.counts().writes());
        assert_eq!(rotate(&kv, &both()), done(0, 0, false), "once more");
        assert_eq!((kv.keys(), kv.counts().writes()), (stored, writes), "which writes nothing");
    }
}

#[test]
fn a_call_whose_time_is_over_is_gone_on_with_by_the_next() {
    let kv = MemoryKv::new(Backend::Sqlite);
    // More than are read of the list at once.
    let teams: Vec<String> = (0..250).map(|n| format!("team-{n}")).collect();
    for (n, team) in teams.iter().enumerate() {
        add_account(&kv, team, &format!("+{n}"), &old());
    }
    assert_eq!(rotate_some(&kv, &both(), 0, 120), done(120, 0, true));
    // A host that has the old key still.
    add_account(&kv, "team-new", "+999", &old());
    let second = rotate_some(&kv, &both(), 1, usize::MAX);
    assert!(!second.more && second.rotated >= 130, "{second:?}");
    // The next pass finds what the first had passed by.
    assert_eq!(rotate(&kv, &both()).rotated, 251 - 120 - second.rotated);
    assert_eq!(rotate(&kv, &both()), done(0, 0, false));
    assert!((0..250).all(|n| account_opens(&kv, &format!("+{n}"), &Secrets::new("new").unwrap())));
}

#[test]
fn a_pass_that_stopped_is_begun_anew_after_an_hour_or_under_another_key() {
    for (secrets, now) in [(both(), HOUR), (Secrets::new("newer").unwrap().with_previous("new"), 1)]
    {
        let kv = MemoryKv::new(Backend::Sqlite);
        for n in 0..3 {
            add_account(&kv, &format!("team-{n}"), &format!("+{n}"), &Secrets::new("new").unwrap());
        }
        assert_eq!(rotate_some(&kv, &both(), 0, 2), done(0, 0, true));
        for n in 0..3 {
            add_account(&kv, &format!("team-{n}"), &format!("+{n}"), &old());
        }
        let found = rotate_some(&kv, &secrets, now, usize::MAX);
        assert_eq!(found.rotated + found.left, 3, "all three, not the last only");
    }
}

#[test]
fn what_neither_key_opens_is_counted_named_and_left() {
    let kv = MemoryKv::new(Backend::Sqlite);
    let lost = Secrets::new("lost").unwrap();
    add_account(&kv, "acme", "+1", &lost);
    add_account(&kv, "acme", "+2", &old());
    add_webhook(&kv, "acme", 1, &lost);
    for rotated in [1, 0] {
        let answer = rotate(&kv, &both());
        assert_eq!((answer.rotated, answer.left, answer.more), (rotated, 2, false));
        let wanted = ["1 webhooks of team acme", "telephony account +1 of team acme"];
        assert_eq!(answer.unopened, wanted);
        assert_eq!(serde_json::to_value(&answer).unwrap().as_object().unwrap().len(), 3);
    }
    assert!(account_opens(&kv, "+1", &lost));
    // It is replaced, as the operator is told to do.
    add_account(&kv, "acme", "+1", &both());
    assert_eq!(rotate(&kv, &both()).left, 1);
}

#[test]
fn a_write_that_the_store_failed_after_counts_once() {
    let kv = MemoryKv::new(Backend::Sqlite);
    add_account(&kv, "acme", "+1", &old());
    add_webhook(&kv, "acme", 1, &old());
    let mut swaps = 0;
    kv.faults(move |operation| {
        swaps += u32::from(operation.kind == Operation::Swap);
        (operation.kind == Operation::Swap && swaps <= 2).then_some(Fault::After)
    });
    assert_eq!(rotate(&kv, &both()), done(2, 0, false));
    assert_eq!(rotate(&kv, &both()), done(0, 0, false));
}

#[test]
fn two_hosts_that_rotate_one_after_the_other_do_it_once() {
    let kv = MemoryKv::new(Backend::Redis);
    for n in 0..5 {
        add_account(&kv, &format!("team-{n}"), &format!("+{n}"), &old());
    }
    let first = rotate_some(&kv, &both(), 0, 3);
    let second = rotate_some(&kv, &both(), 0, usize::MAX);
    assert_eq!((first.rotated, second), (3, done(2, 0, false)));
}

#[test]
fn an_account_that_is_changed_meanwhile_keeps_the_change() {
    let kv = MemoryKv::new(Backend::Sqlite);
    add_account(&kv, "acme", "+1", &old());
    let place = kv.keys().into_iter().find(|key| key.starts_with("channel:telephony:")).unwrap();
    let nines = Uuid::from_u128(9);
    // A nonce is drawn between the read of the account and its swap: then it is given a workflow.
    let (other, mut nonces, mut once) = (kv.clone(), nonces(), true);
    let random = move || {
        if std::mem::take(&mut once) {
            let json = String::from_utf8(other.peek(&place).unwrap()).unwrap();
            let changed = json.replacen('{', &format!("{{\"workflow_id\":\"{nines}\","), 1);
            other.poke(&place, changed.as_bytes());
        }
        nonces()
    };
    let (store, secrets) = (store(&kv), both());
    let rotation = Rotation { store: &store, secrets: &secrets, now: 0, random, is_over: || false };
    assert_eq!(block_on(rotation.run()).unwrap(), done(1, 0, false));
    let key = keys::channel(Kind::Telephony.as_str(), "+1");
    let stored: Account = block_on(store.read_json(&key)).unwrap().unwrap();
    assert_eq!(stored.workflow_id, Some(nines));
    assert!(account_opens(&kv, "+1", &Secrets::new("new").unwrap()));
}
