//! Finding a conversation, changing its case, and how it is shown.

use conversation::{CaseChange, CaseStatus, Channel, Conversation, TurnError};
use flow::Timestamp;
use inbox::FileError;
use serde_json::{Value, json};
use store::memory::{Fault, Kind, block_on};
use store::{StoreError, keys};
use uuid::Uuid;

use super::desk::{Desk, NOON, TEAM, message, phone, shown, used};

/// By which WhatsApp knows who shows no phone.
const ID: &str = "US.13491208655302741918";

fn find(desk: &Desk, team: &str, named: &str) -> Option<Conversation> {
    desk.reads(async |store| inbox::find(store, team, named).await).0.unwrap()
}

fn view(desk: &Desk, named: &str) -> Value {
    let conversation = find(desk, TEAM, named).unwrap();
    shown(block_on(inbox::conversation(&desk.store, &conversation)).unwrap())
}

fn assign(ids: &[&str]) -> CaseChange {
    CaseChange::AssignTags(ids.iter().map(|id| (*id).to_owned()).collect())
}

#[test]
fn a_conversation_is_found_by_its_sides_or_its_id_and_by_its_team_only() {
    let desk = Desk::with_accounts(&["1"]);
    let id = desk.talks("1", 7).id;
    let phone = phone(7);
    for named in [format!("1#{phone}"), format!("1#+{phone}"), id.to_string()] {
        assert_eq!(find(&desk, TEAM, &named).map(|found| found.id), Some(id), "{named}");
        assert_eq!(find(&desk, "other", &named), None, "{named}");
    }
    for named in ["", "1", &phone, &format!("2#{phone}"), "1#", &Uuid::nil().to_string()] {
        assert_eq!(find(&desk, TEAM, named), None, "{named}");
    }
}

#[test]
fn a_conversation_that_began_without_a_phone_is_found_by_the_phone_that_appeared_later() {
    let desk = Desk::with_accounts(&["106"]);
    let (address, now) = (format!("id:{ID}"), Timestamp(NOON));
    let of_id = conversation::identity::contact(TEAM, &address);
    let began = Conversation::new(TEAM, Channel::Whatsapp, "106", &address, of_id, now);
    desk.write(&keys::conversation(&began.id.to_string()), &began);
    let phone = format!("+{}", phone(1));
    let by = |address| contacts::Origin { address, source: "whatsapp" };
    let nothing = |_: &mut conversation::Contact| Ok::<_, StoreError>(());
    block_on(contacts::find_or_create(&desk.store, TEAM, by(&address), now, nothing)).unwrap();
    let both = (by(&phone), address.as_str());
    block_on(contacts::find_or_create_linked(&desk.store, TEAM, both, now, nothing)).unwrap();
    for named in [format!("106#{phone}"), format!("106#{ID}"), began.id.to_string()] {
        assert_eq!(find(&desk, TEAM, &named).map(|found| found.id), Some(began.id), "{named}");
    }
    assert_eq!(find(&desk, TEAM, &format!("107#{phone}")), None);
    let all = inbox::read(&json!({}), inbox::ConversationsRequest::read).unwrap();
    let all = block_on(inbox::conversations(&desk.store, TEAM, &all)).unwrap();
    let all = shown(inbox::ConversationsView::from(all));
    assert_eq!(all["dbObject"][0]["participantsIdentifiers"], format!("106#{ID}"));
}

#[test]
fn a_conversation_is_shown_with_every_documented_field() {
    let desk = Desk::with_accounts(&["1"]);
    let mut talks = desk.conversation("1", 7);
    talks.log = [2, 3, 5].map(|n| message(n, NOON + n)).into_iter().collect();
    talks.last_inbound_at = Some(Timestamp(NOON + 5));
    desk.write(&keys::conversation(&talks.id.to_string()), &talks);
    let expected = json!({
        "platformCompositionKey": "whatsapp#1", "associatedTo": "acme",
        "participantsIdentifiers": format!("1#{}", phone(7)), "phoneNumberId": "1",
        "messageWhatsAppId": "wamid.5", "customerPhoneNumberId": phone(7),
        "customer": {
            "profileImage": null, "customerName": "Customer 7", "customerNickname": null,
            "createdAt": NOON + 7, "lastActiveAt": NOON + 5, "email": null, "platform": "whatsapp",
            "phoneNumberId": phone(7), "countryCode": "972", "associatedTo": "acme",
            "parsedPhoneNumber": format!("+{}", phone(7)),
        },
        "createdAt": NOON + 7, "updatedAt": NOON + 7, "unreadCount": 2, "statusCase": "open",
        "answerMode": "bot", "lastMessage": "word 5", "assignedTagIds": [], "assignedAgentIds": [],
        "lastWorkflowExecutionId": null, "lastWorkflowExecution": null,
        "aiFeatures": {"autoTranslation": false}, "ai": {"tokensUsed": 0},
        "lastSendMessageFromUser": NOON + 5, "isOptoutFromMarketingMessages": false,
    });
    assert_eq!(view(&desk, &talks.id.to_string()), expected);
}

#[test]
fn a_visitor_of_a_site_is_shown_by_the_id_it_has_there() {
    let desk = Desk::with_accounts(&["1"]);
    let contact = desk.contact(1);
    let visitor = Uuid::from_u128(9).to_string();
    let talks =
        Conversation::new(TEAM, Channel::Webchat, "shop", &visitor, contact.id, Timestamp(NOON));
    desk.write(&keys::conversation(&talks.id.to_string()), &talks);
    let shown = view(&desk, &talks.id.to_string());
    assert_eq!(shown["platformCompositionKey"], "webchat#shop");
    assert_eq!(shown["participantsIdentifiers"], format!("shop#{visitor}"));
}

#[test]
fn a_change_is_one_write_and_shown_and_the_same_again_is_none() {
    let desk = Desk::with_accounts(&["1"]);
    let id = desk.talks("1", 1).id;
    let file = |change: &CaseChange, key: &str| {
        let (used, now) = (used(key, "a"), Timestamp(NOON));
        desk.writes(async |store| inbox::file(store, id, change, &used, now).await)
    };
    let closed = CaseChange::Status(CaseStatus::Closed);
    assert_eq!(file(&closed, "1"), (Ok(Vec::new()), 1));
    assert_eq!(file(&closed, "1"), (Ok(Vec::new()), 0), "the same request");
    assert_eq!(file(&closed, "2"), (Ok(Vec::new()), 0), "nothing new");
    assert_eq!(file(&assign(&["vip"]), "3"), (Ok(Vec::new()), 1));
    let gone = CaseChange::RemoveTags(vec!["vip".to_owned(), "new".to_owned()]);
    assert_eq!(file(&gone, "4"), (Ok(vec!["new".to_owned()]), 1));
    assert_eq!(file(&CaseChange::AssignAgents(vec!["dana".to_owned()]), "5").1, 1);
    let shown = view(&desk, &id.to_string());
    assert_eq!(shown["statusCase"], "closed");
    assert_eq!(shown["assignedTagIds"], json!([]));
    assert_eq!(shown["assignedAgentIds"], json!(["dana"]));

    let other = desk.writes(async |store| {
        inbox::file(store, id, &closed, &used("3", "b"), Timestamp(NOON)).await
    });
    assert_eq!(other, (Err(FileError::Refused(TurnError::KeyReused)), 0));
    let nobodys = desk.writes(async |store| {
        inbox::file(store, Uuid::nil(), &closed, &used("9", "a"), Timestamp(NOON)).await
    });
    assert_eq!(nobodys, (Err(FileError::NotFound), 0));
}

#[test]
fn what_could_not_be_done_is_known_also_where_the_write_was_thought_to_have_failed() {
    let desk = Desk::with_accounts(&["1"]);
    let id = desk.talks("1", 1).id;
    let (first, again, now) = (used("1", "a"), used("2", "a"), Timestamp(NOON));
    block_on(inbox::file(&desk.store, id, &assign(&["vip"]), &first, now)).unwrap();
    desk.kv.faults(|operation| (operation.kind == Kind::Swap).then_some(Fault::After));
    let gone = CaseChange::RemoveTags(vec!["vip".to_owned(), "new".to_owned()]);
    let undone = block_on(inbox::file(&desk.store, id, &gone, &again, now)).unwrap();
    assert_eq!(undone, ["new"]);
}
