//! Contacts as a team sees them over the actions API: made, changed, found.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod stage;

use contacts::{ContactError, Sought};
use conversation::{Channel, Contact, Conversation, identity};
use fields::FieldError;
use flow::Timestamp;
use serde_json::{Value, json};
use stage::{ANA, BEA, NOON, Stage, TEAM};
use store::keys;

const AT_NOON: &str = "2026-05-07T08:14:23+00:00";

#[test]
fn a_contact_is_shown_field_for_field_as_documented() {
    let stage = Stage::new();
    let created = stage.create(json!({
        "phone": "+1 (415) 555-0123", "name": " Ana Diaz ", "email": "Ana@Example.com",
        "tags": "vip, newsletter ,,vip", "metadata": {"plan": "gold", "seats": 3, "gone": null},
    }));
    let id = identity::contact(TEAM, ANA);
    let shown = json!({
        "id": id, "phone": ANA, "name": "Ana Diaz", "email": "Ana@Example.com", "source": "api",
        "locale": null, "metadata": {"plan": "gold", "seats": 3}, "tags": ["vip", "newsletter"],
        "opted_in_at": AT_NOON, "opted_out_at": null, "last_message_at": null, "total_messages": 0,
        "created_at": AT_NOON,
    });
    assert_eq!(created, shown);
    for one in [
        json!({"contact_id": id}),
        json!({"phone": "0014155550123"}),
        json!({"email": " ana@example.COM"}),
    ] {
        assert_eq!(stage.get(one).unwrap(), shown);
    }
}

#[test]
fn creating_a_contact_again_changes_what_is_said_and_loses_nothing() {
    let stage = Stage::new();
    let first = stage.create(json!({
        "phone": ANA, "name": "Ana", "email": "ana@example.com", "tags": "vip", "metadata": {"a": 1, "b": 2},
    }));
    let again =
        stage.create(json!({"phone": ANA, "name": "", "email": "", "tags": "", "metadata": {}}));
    assert_eq!(again, first, "forms send what was not filled in as empty texts");
    let again = stage
        .create(json!({"phone": ANA, "name": "Ana D.", "tags": "new,vip", "metadata": {"b": 3}}));
    assert_eq!(
        (&again["id"], &again["name"], &again["email"], &again["tags"], &again["metadata"]),
        (
            &first["id"],
            &json!("Ana D."),
            &json!("ana@example.com"),
            &json!(["vip", "new"]),
            &json!({"a": 1, "b": 3})
        )
    );
    assert_eq!(again["created_at"], first["created_at"]);
}

#[test]
fn an_update_clears_replaces_merges_and_leaves() {
    let stage = Stage::new();
    stage.create(json!({
        "phone": ANA, "name": "Ana", "email": "ana@example.com", "tags": "a,b", "metadata": {"x": {"y": 1}, "z": 1},
    }));
    let updated = stage.update(json!({"phone": ANA})).unwrap();
    assert_eq!(
        updated,
        json!({
            "id": identity::contact(TEAM, ANA), "phone": ANA, "name": "Ana", "email": "ana@example.com",
            "tags": ["a", "b"], "updated_at": AT_NOON,
        })
    );
    stage.set_clock(NOON + 60_000);
    let updated = stage
        .update(
            json!({"phone": ANA, "name": "", "tags": "c", "metadata": {"x": {"w": 2}, "z": null}}),
        )
        .unwrap();
    assert_eq!(
        (&updated["name"], &updated["email"], &updated["tags"], &updated["updated_at"]),
        (
            &Value::Null,
            &json!("ana@example.com"),
            &json!(["c"]),
            &json!("2026-05-07T08:15:23+00:00")
        )
    );
    let shown = stage.get(json!({"phone": ANA})).unwrap();
    assert_eq!(shown["metadata"], json!({"x": {"w": 2}}), "one level deep");
    let updated = stage.update(json!({"phone": ANA, "email": null, "tags": ""})).unwrap();
    assert_eq!((&updated["email"], &updated["tags"]), (&Value::Null, &json!([])));
    assert_eq!(stage.get(json!({"email": "ana@example.com"})), Err(ContactError::NotFound));
}

#[test]
fn what_changes_nothing_is_not_written() {
    let stage = Stage::new();
    let ana = json!({"phone": ANA, "name": "Ana", "email": "ana@example.com", "tags": "a", "metadata": {"x": 1}});
    stage.create(ana.clone());
    let before = stage.kv.counts();
    stage.create(ana.clone());
    stage.update(ana).unwrap();
    stage.add_tag(json!({"phone": ANA, "tag": "a"})).unwrap();
    stage.remove_tag(json!({"phone": ANA, "tag": "never"})).unwrap();
    assert_eq!(stage.kv.counts().writes(), before.writes());
}

#[test]
fn tags_are_added_and_removed_once_and_their_names_are_kept() {
    let stage = Stage::new();
    stage.create(json!({"phone": ANA}));
    let id = identity::contact(TEAM, ANA);
    for _ in 0..2 {
        assert_eq!(
            stage.add_tag(json!({"contact_id": id, "tag": " VIP "})).unwrap(),
            json!({"id": id, "phone": ANA, "tag_added": "VIP", "tags": ["VIP"]})
        );
    }
    stage.add_tag(json!({"phone": ANA, "tag": "a,b"})).unwrap();
    for tag in ["VIP", "VIP", "never"] {
        assert_eq!(
            stage.remove_tag(json!({"phone": ANA, "tag": tag})).unwrap(),
            json!({"id": id, "phone": ANA, "tag_removed": tag, "tags": ["a,b"]})
        );
    }
    let tags = stage.tags(json!({}));
    let tag = |name: &str| json!({"id": identity::derive("tag", &[TEAM, name]), "name": name, "created_at": AT_NOON});
    assert_eq!(tags, json!([tag("a,b"), tag("VIP")]));
    assert_eq!(stage.tags(json!({"name": "vI"})), json!([tag("VIP")]));
    assert_eq!(stage.tags(json!({"name": ""})), tags);
    assert_eq!(stage.tags(json!({"name": "x"})), json!([]));
}

#[test]
fn a_contact_may_have_a_hundred_tags_and_64_kib_of_metadata() {
    let stage = Stage::new();
    let tags: Vec<String> = (0..100).map(|n| format!("t{n}")).collect();
    stage.create(json!({"phone": ANA, "tags": tags.join(",")}));
    let invalid = |error: ContactError, path: &str| {
        let ContactError::Invalid(errors) = error else { panic!("{error:?}") };
        let paths: Vec<String> = errors.into_iter().map(|FieldError { path, .. }| path).collect();
        assert_eq!(paths, [path]);
    };
    invalid(stage.add_tag(json!({"phone": ANA, "tag": "t100"})).unwrap_err(), "/tag");
    stage.add_tag(json!({"phone": ANA, "tag": "t99"})).unwrap();
    invalid(stage.try_create(json!({"phone": ANA, "tags": "t100"})).unwrap_err(), "/tags");

    let half = "x".repeat(33 * 1024);
    stage.update(json!({"phone": ANA, "metadata": {"a": half}})).unwrap();
    invalid(stage.update(json!({"phone": ANA, "metadata": {"b": half}})).unwrap_err(), "/metadata");
    stage.update(json!({"phone": ANA, "metadata": {"a": null, "b": half}})).unwrap();
    let many: serde_json::Map<String, Value> =
        (0..200).map(|n| (format!("f{n}"), json!(n))).collect();
    invalid(stage.update(json!({"phone": ANA, "metadata": many})).unwrap_err(), "/metadata");
    assert_eq!(stage.get(json!({"phone": ANA})).unwrap()["metadata"], json!({"b": half}));
}

#[test]
fn a_stop_of_the_contact_stays_whatever_the_team_says() {
    let stage = Stage::new();
    stage.create(json!({"phone": ANA}));
    stage.change(ANA, |contact| contact.opt_out(Timestamp(NOON + 1)));
    let again =
        stage.create(json!({"phone": ANA, "name": "Ana", "metadata": {"opted_out_at": null}}));
    assert_eq!((&again["name"], &again["opted_out_at"]), (&json!("Ana"), &json!(AT_NOON)));
    stage.update(json!({"phone": ANA, "name": "A."})).unwrap();
    assert_eq!(stage.get(json!({"phone": ANA})).unwrap()["opted_out_at"], json!(AT_NOON));

    // A contact who wrote first, and stopped before the team said anything.
    stage.change_or_create(BEA, |contact| contact.opt_out(Timestamp(NOON)));
    let bea = stage.create(json!({"phone": BEA}));
    assert_eq!((&bea["opted_in_at"], &bea["source"]), (&Value::Null, &json!("whatsapp")));
}

#[test]
fn another_teams_contact_is_not_there() {
    let stage = Stage::new();
    let ana = stage.create(json!({"phone": ANA, "email": "ana@example.com", "tags": "vip"}));
    let other = stage.as_team("other");
    let id = &ana["id"];
    for one in
        [json!({"contact_id": id}), json!({"phone": ANA}), json!({"email": "ana@example.com"})]
    {
        assert_eq!(other.get(one), Err(ContactError::NotFound));
    }
    assert_eq!(other.update(json!({"contact_id": id, "name": "Eve"})), Err(ContactError::NotFound));
    assert_eq!(other.add_tag(json!({"contact_id": id, "tag": "x"})), Err(ContactError::NotFound));
    assert_eq!(
        other.remove_tag(json!({"contact_id": id, "tag": "vip"})),
        Err(ContactError::NotFound)
    );
    assert_eq!((other.search(json!({})), other.tags(json!({}))), (json!([]), json!([])));
    assert_eq!(stage.get(json!({"phone": ANA})).unwrap(), ana);
    assert_ne!(other.create(json!({"phone": ANA}))["id"], ana["id"]);
}

#[test]
fn an_email_finds_its_newest_holder_and_who_had_it_before_when_that_one_gives_it_up() {
    let stage = Stage::new();
    let holder =
        |stage: &Stage| Some(stage.get(json!({"email": "us@example.com"})).ok()?["phone"].clone());
    stage.create(json!({"phone": ANA, "email": "us@example.com"}));
    stage.create(json!({"phone": BEA, "email": "US@example.com"}));
    assert_eq!(holder(&stage), Some(json!(BEA)));
    let both = stage.search(json!({"email": "Us@example.com"}));
    assert_eq!(both.as_array().map(Vec::len), Some(2));
    stage.update(json!({"phone": BEA, "email": "bea@example.com"})).unwrap();
    assert_eq!(holder(&stage), Some(json!(ANA)));
    stage.update(json!({"phone": BEA, "email": "us@example.com"})).unwrap();
    assert_eq!(holder(&stage), Some(json!(BEA)));
    stage.update(json!({"phone": BEA, "email": ""})).unwrap();
    stage.update(json!({"phone": ANA, "email": ""})).unwrap();
    assert_eq!(holder(&stage), None);
}

#[test]
fn what_workflows_set_is_found_and_listed_too() {
    let stage = Stage::new();
    stage.create(json!({"phone": ANA}));
    stage.change(ANA, |contact| {
        contact.email = Some("ana@example.com".into());
        contact.tags.push("answered".into());
    });
    assert_eq!(stage.get(json!({"email": "ana@example.com"})).unwrap()["phone"], json!(ANA));
    assert_eq!(stage.tags(json!({}))[0]["name"], json!("answered"));
}

#[test]
fn a_contact_as_it_was_stored_before_reads_is_found_and_is_listed_when_it_is_next_written() {
    let stage = Stage::new();
    let id = identity::contact(TEAM, ANA);
    // As commit 5a31b45 wrote it.
    let stored = json!({
        "id": id, "team": TEAM, "phone": ANA, "name": "Ana", "email": "ana@example.com", "tags": ["old"],
        "metadata": {"plan": "gold"}, "source": "whatsapp", "opted_in_at": NOON, "created_at": NOON,
        "applied": {"0197aef0-0000-7000-8000-000000000000": 2},
    });
    stage.store_document(&keys::contact(&id.to_string()), &stored);
    let shown = stage.get(json!({"phone": ANA})).unwrap();
    assert_eq!((&shown["name"], &shown["tags"]), (&json!("Ana"), &json!(["old"])));
    assert_eq!(stage.search(json!({})), json!([]));
    assert_eq!(stage.update(json!({"phone": ANA})).unwrap()["updated_at"], json!(AT_NOON));
    assert_eq!(stage.search(json!({})).as_array().map(Vec::len), Some(1));
    assert_eq!(stage.get(json!({"email": "ana@example.com"})).unwrap()["phone"], json!(ANA));
    assert_eq!(stage.tags(json!({}))[0]["name"], json!("old"));
}

#[test]
fn messages_are_counted_over_all_accounts_and_the_last_decides_the_order() {
    let stage = Stage::new();
    stage.has_accounts(&["1", "2"]);
    for phone in [ANA, BEA] {
        stage.create(json!({"phone": phone}));
    }
    let talked = |account: &str, phone: &str, messages: u64, last: u64| {
        let contact = identity::contact(TEAM, phone);
        let first = Timestamp(NOON);
        let conversation =
            Conversation::new(TEAM, Channel::Whatsapp, account, phone, contact, first);
        stage.talked(conversation, messages, Timestamp(last));
    };
    talked("1", ANA, 3, NOON + 3_000);
    talked("2", ANA, 4, NOON + 1_000);
    let ana = stage.get(json!({"phone": ANA})).unwrap();
    assert_eq!(
        (&ana["last_message_at"], &ana["total_messages"]),
        (&json!("2026-05-07T08:14:26+00:00"), &json!(7))
    );
    let order = |stage: &Stage| -> Vec<Value> {
        let found = stage.search(json!({"query": "", "tag": "", "email": ""}));
        found.as_array().unwrap().iter().map(|one| one["phone"].clone()).collect()
    };
    assert_eq!(order(&stage), [ANA, BEA], "who was never spoken with comes last");
    talked("2", BEA, 1, NOON + 9_000);
    assert_eq!(order(&stage), [BEA, ANA]);
    let found = stage.search(json!({"query": BEA}));
    assert_eq!(
        found,
        json!([{
            "id": identity::contact(TEAM, BEA), "phone": BEA, "name": null, "email": null, "source": "api",
            "tags": [], "last_message_at": "2026-05-07T08:14:32+00:00", "created_at": AT_NOON,
        }])
    );
}

#[test]
fn whom_a_channel_knows_by_an_id_of_its_own_has_its_messages_too() {
    let stage = Stage::new();
    stage.has_accounts(&["1"]);
    let address = "id:US.1390";
    stage.change_or_create(address, |contact: &mut Contact| contact.name = Some("Cy".into()));
    let contact = identity::contact(TEAM, address);
    let conversation =
        Conversation::new(TEAM, Channel::Whatsapp, "1", address, contact, Timestamp(NOON));
    stage.talked(conversation, 2, Timestamp(NOON));
    let shown = stage.get(json!({"contact_id": contact})).unwrap();
    assert_eq!((&shown["phone"], &shown["total_messages"]), (&Value::Null, &json!(2)));
}

#[test]
fn filters_are_parts_of_names_phones_and_emails_and_all_must_hold() {
    let stage = Stage::new();
    stage.create(
        json!({"phone": ANA, "name": "Ana Díaz", "email": "ana@example.com", "tags": "vip,new"}),
    );
    stage.create(json!({"phone": BEA, "name": "Bea", "email": "bea@example.org", "tags": "new"}));
    let found = |body: Value| -> Vec<String> {
        let found = stage.search(body);
        found
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["phone"].as_str().unwrap().to_owned())
            .collect()
    };
    for (body, phones) in [
        (json!({}), vec![BEA, ANA]),
        (json!({"query": null, "tag": null}), vec![BEA, ANA]),
        (json!({"query": "DÍAZ"}), vec![ANA]),
        (json!({"query": "@EXAMPLE"}), vec![BEA, ANA]),
        (json!({"query": "555012"}), vec![ANA]),
        (json!({"query": "(415) 555-01"}), vec![ANA]),
        (json!({"query": "001 415 555 0123"}), vec![ANA]),
        (json!({"query": "ana@example.com"}), vec![ANA]),
        (json!({"tag": "new"}), vec![BEA, ANA]),
        (json!({"tag": "New"}), vec![]),
        (json!({"tag": "vip", "query": "bea"}), vec![]),
        (json!({"email": "BEA@example.org"}), vec![BEA]),
        (json!({"email": "bea@example.org", "tag": "vip"}), vec![]),
        (json!({"email": "example.org"}), vec![]),
        (json!({"query": "nobody"}), vec![]),
    ] {
        assert_eq!(found(body.clone()), phones, "{body}");
    }
}

#[test]
fn a_search_shows_fifty_and_finds_an_exact_phone_however_old_the_contact_is() {
    let stage = Stage::new();
    stage.create(json!({"phone": ANA, "name": "Same"}));
    // Creators that died: slots without their contacts.
    for n in 0..contacts::MAX_SCANNED {
        stage.orphan(n);
    }
    for n in 0..60 {
        stage.create(json!({"phone": format!("+4917000000{n:02}"), "name": "Same"}));
    }
    assert_eq!(stage.search(json!({"query": "same"})).as_array().map(Vec::len), Some(50));
    assert_eq!(stage.search(json!({"query": ANA})).as_array().map(Vec::len), Some(1));
    assert_eq!(stage.search(json!({"query": "5550123"})), json!([]), "too old to be looked at");
}

#[test]
fn exactly_one_of_three_names_a_contact() {
    let paths = |body: Value| -> Vec<String> {
        Sought::read(&body).unwrap_err().into_iter().map(|error| error.path).collect()
    };
    assert_eq!(paths(json!({})), ["/contact_id", "/phone", "/email"]);
    assert_eq!(paths(json!({"phone": ANA, "email": "a@b.co"})), ["/phone", "/email"]);
    assert_eq!(paths(json!({"contact_id": "17"})), ["/contact_id"]);
    assert_eq!(paths(json!({"email": "nobody"})), ["/email"]);
    assert_eq!(paths(json!({"phone": 5})), ["/phone"]);
    assert_eq!(paths(json!([])), [""]);
    assert!(Sought::read(&json!({"contact_id": "", "phone": ANA, "email": null})).is_ok());
}
