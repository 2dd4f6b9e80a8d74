//! A host that dies in the middle of a request, at any step: what the request is asked for again makes good.

use store::memory::Scheduler;

use super::*;

/// More steps than a request has.
const STEPS: u64 = 120;

/// Ends `request` after as many steps.
fn dies(kv: &MemoryKv, steps: u64, request: impl AsyncFnOnce(Kv) + 'static) {
    let store = open(kv);
    let mut scheduler = Scheduler::new(0);
    let task = scheduler.spawn(request(store));
    for _ in 0..steps {
        scheduler.step();
    }
    scheduler.crash(task);
}

#[test]
fn a_creation_that_comes_again_is_listed_once() {
    for steps in 0..STEPS {
        let store = store();
        let draft = named("new");
        dies(store.kv(), steps, async |store| {
            let draft = named("new");
            let key = used("create 7");
            let _ = workflows::create(&store, id(7), TEAM, &draft, &key, Timestamp(7)).await;
        });
        let again = Timestamp(1_000);
        let key = used("create 7");
        block_on(workflows::create(&store, id(7), TEAM, &draft, &key, again)).unwrap();
        assert_eq!(names(&store, TEAM, Scope::Accessible), ["new"], "{steps} steps");
    }
}

#[test]
fn a_change_that_comes_again_is_found() {
    for steps in 0..STEPS {
        let store = store();
        create(&store, TEAM, 1, &named("before"));
        dies(store.kv(), steps, async |store| drop(rename(&store, 1, "after", 10).await));
        // Whatever a list says of it, what is shown is the workflow.
        let shown = names(&store, TEAM, Scope::Accessible);
        assert!(shown == ["before"] || shown == ["after"]);

        block_on(rename(&store, 1, "after", 10)).unwrap();
        let search = Listing { search: Some("after".to_owned()), ..plain() };
        assert_eq!(list(&store, TEAM, &search).1, 1, "{steps} steps");
    }
}

#[test]
fn a_deletion_that_comes_again_leaves_nothing() {
    for steps in 0..STEPS {
        let store = store();
        create(&store, TEAM, 1, &named("gone"));
        show(&store, 1, Visibility::Public, 10);
        dies(store.kv(), steps, async |store| drop(delete(&store, 1).await));
        block_on(delete(&store, 1)).unwrap();
        for team in [TEAM, OTHER_TEAM] {
            assert_eq!(names(&store, team, Scope::Accessible), [""; 0], "{steps} steps");
        }
    }
}

#[test]
fn what_is_made_private_again_and_again_is_never_shown_to_others_after() {
    for steps in 0..STEPS {
        let store = store();
        create(&store, TEAM, 1, &named("shared"));
        dies(store.kv(), steps, async |store| {
            let _ = workflows::set_visibility(
                &store,
                id(1),
                Visibility::Public,
                &used("public"),
                Timestamp(10),
            )
            .await;
        });
        // At any step its team has it once.
        let (own, _) = list(&store, TEAM, &plain());
        assert_eq!(own, ["shared"], "{steps} steps");
        show(&store, 1, Visibility::Private, 20);
        assert_eq!(names(&store, TEAM, Scope::Accessible), ["shared"]);
        assert_eq!(names(&store, OTHER_TEAM, Scope::Accessible), [""; 0]);
    }
}
