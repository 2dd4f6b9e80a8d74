//! The tags that a team defines.

use conversation::KeyReused;
use inbox::{MAX_TAGS, Tag, TagError};

use super::desk::{Desk, TEAM, used};

fn tag(id: &str, title: &str) -> Tag {
    let (id, title) = (id.to_owned(), title.to_owned());
    Tag { id, title, color: "#ff0000".to_owned(), associated_to: "acme".to_owned() }
}

fn define(desk: &Desk, tag: &Tag, key: &str) -> (Result<(), TagError>, u64) {
    let used = used(key, &tag.title);
    desk.writes(async |store| inbox::define(store, TEAM, tag, &used).await)
}

fn unknown(desk: &Desk, team: &str, ids: &[&str]) -> Vec<String> {
    let ids: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
    desk.reads(async |store| inbox::unknown(store, team, &ids).await).0.unwrap()
}

#[test]
fn a_tag_is_known_once_it_is_defined_and_to_its_team_only() {
    let desk = Desk::with_accounts(&[]);
    assert_eq!(unknown(&desk, TEAM, &["vip"]), ["vip"]);
    define(&desk, &tag("vip", "VIP"), "1").0.unwrap();
    assert_eq!(unknown(&desk, TEAM, &["new", "vip"]), ["new"]);
    assert_eq!(unknown(&desk, "other", &["vip"]), ["vip"]);
}

#[test]
fn a_tag_of_the_same_id_takes_its_place_with_one_write_and_the_same_again_with_none() {
    let desk = Desk::with_accounts(&[]);
    define(&desk, &tag("vip", "VIP"), "1").0.unwrap();
    assert_eq!(define(&desk, &tag("vip", "VIP"), "2"), (Ok(()), 0));
    assert_eq!(define(&desk, &tag("vip", "Very"), "3"), (Ok(()), 1));
    // The first request again: what came after it stays.
    assert_eq!(define(&desk, &tag("vip", "VIP"), "1"), (Ok(()), 0));
    assert_eq!(define(&desk, &tag("vip", "Other"), "3"), (Err(KeyReused.into()), 0));
}

#[test]
fn a_team_may_define_a_thousand_and_change_them_then() {
    let desk = Desk::with_accounts(&[]);
    for n in 0..MAX_TAGS {
        define(&desk, &tag(&n.to_string(), "T"), &n.to_string()).0.unwrap();
    }
    assert_eq!(define(&desk, &tag("one more", "T"), "x"), (Err(TagError::Full), 0));
    assert_eq!(define(&desk, &tag("7", "U"), "y"), (Ok(()), 1));
}

#[test]
fn texts_that_a_hosted_store_would_refuse_are_refused() {
    let desk = Desk::with_accounts(&[]);
    let refused = (0..MAX_TAGS).find_map(|n| {
        let mut tag = tag(&n.to_string(), &"🏷".repeat(100));
        (tag.color, tag.associated_to) = (tag.title.clone(), tag.title.clone());
        define(&desk, &tag, &n.to_string()).0.err()
    });
    assert_eq!(refused, Some(TagError::TooLarge));
}
