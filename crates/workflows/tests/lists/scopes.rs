//! Whose workflows a list has.

use super::*;

#[test]
fn a_public_workflow_is_listed_once_for_its_team_and_for_every_other() {
    let store = store();
    create(&store, TEAM, 1, &named("hidden"));
    create(&store, TEAM, 2, &named("shared"));
    create(&store, OTHER_TEAM, 3, &named("theirs"));
    create(&store, OTHER_TEAM, 4, &named("their own"));
    for n in [2, 3] {
        show(&store, n, Visibility::Public, 10);
    }

    assert_eq!(names(&store, TEAM, Scope::Accessible), ["theirs", "shared", "hidden"]);
    assert_eq!(names(&store, TEAM, Scope::Owned), ["shared", "hidden"]);
    assert_eq!(names(&store, TEAM, Scope::Public), ["theirs", "shared"]);
    assert_eq!(names(&store, OTHER_TEAM, Scope::Accessible), ["their own", "theirs", "shared"]);
    assert_eq!(names(&store, "nobody", Scope::Accessible), ["theirs", "shared"]);
}

#[test]
fn what_is_private_again_is_shown_to_its_team_only() {
    let store = store();
    create(&store, TEAM, 1, &named("shared"));
    show(&store, 1, Visibility::Public, 10);
    show(&store, 1, Visibility::Private, 20);

    assert_eq!(names(&store, TEAM, Scope::Accessible), ["shared"]);
    for scope in [Scope::Accessible, Scope::Public, Scope::Owned] {
        assert_eq!(names(&store, OTHER_TEAM, scope), [""; 0]);
    }
    show(&store, 1, Visibility::Public, 30);
    assert_eq!(names(&store, TEAM, Scope::Accessible), ["shared"]);
    assert_eq!(names(&store, OTHER_TEAM, Scope::Public), ["shared"]);
}

#[test]
fn what_was_refused_or_comes_again_after_its_end_is_in_no_list() {
    let store = store();
    let broken = Definition {
        graph: Some(serde_json::json!({"entry": "nowhere", "nodes": [], "edges": []})),
        settings: Settings { auto_publish: Some(true), ..Settings::default() },
        ..named("broken")
    };
    let key = used("create 1");
    let create_broken =
        || block_on(workflows::create(&store, id(1), TEAM, &broken, &key, Timestamp(1)));
    assert!(matches!(create_broken(), Err(WriteError::NotPublishable(_))));
    assert_eq!(store.kv().keys(), [""; 0]);

    create(&store, TEAM, 2, &named("deleted"));
    block_on(delete(&store, 2)).unwrap();
    let (key, draft) = (used("create 2"), named("deleted"));
    let again = block_on(workflows::create(&store, id(2), TEAM, &draft, &key, Timestamp(3)));
    assert!(matches!(again, Err(WriteError::NotFound)));
    assert_eq!(names(&store, TEAM, Scope::Owned), [""; 0]);
}

#[test]
fn what_is_deleted_is_in_no_list() {
    let store = store();
    create(&store, TEAM, 1, &named("shared"));
    create(&store, TEAM, 2, &named("kept"));
    show(&store, 1, Visibility::Public, 10);
    block_on(delete(&store, 1)).unwrap();

    assert_eq!(names(&store, TEAM, Scope::Accessible), ["kept"]);
    assert_eq!(names(&store, OTHER_TEAM, Scope::Accessible), [""; 0]);
}
