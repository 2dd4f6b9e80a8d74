//! Templates: read from the provider, kept, and read again.

use engine::{Answer, TemplatesError};
use serde_json::{Value, json};
use store::memory::block_on;
use templates::{Template, Templates};

use super::simulation::provider::answer;
use super::stage::{MINUTE, SECOND, Stage, change_account};

fn listed(names: &[&str], next: Option<&str>) -> Answer {
    let data: Vec<Value> = names
        .iter()
        .map(|name| json!({"name": name, "language": "en", "status": "APPROVED"}))
        .collect();
    let mut body = json!({"data": data});
    if let Some(next) = next {
        body["paging"] = json!({"cursors": {"after": next}, "next": "https://elsewhere.test/"});
    }
    answer(200, &body)
}

fn answers(stage: &Stage, answers: impl IntoIterator<Item = Answer>) {
    stage.world.provider.borrow_mut().listings.extend(answers);
}

fn asked(stage: &Stage) -> usize {
    stage.world.provider.borrow().asked.len()
}

fn read(stage: &mut Stage) -> Result<Vec<String>, TemplatesError> {
    let (host, account) = (stage.host(), stage.account());
    let templates = block_on(host.engine().templates(&account))?;
    Ok(templates.all().iter().map(|one| one.name().to_owned()).collect())
}

fn find(stage: &mut Stage, name: &str) -> Option<Template> {
    let id = {
        let mut known = Templates::of(super::simulation::setup::BUSINESS);
        known.take(vec![translation(name)], flow::Timestamp(0));
        known.all()[0].id
    };
    let (host, account) = (stage.host(), stage.account());
    block_on(host.engine().template(&account, id)).unwrap()
}

fn translation(name: &str) -> channels::whatsapp::Translation {
    let body = listed(&[name], None).body;
    channels::whatsapp::templates_page(200, &body).unwrap().translations.remove(0)
}

#[test]
fn all_pages_are_read_by_cursor_and_kept_for_five_minutes() {
    let mut stage = Stage::new();
    answers(&stage, [listed(&["b"], Some("next/=")), listed(&["a"], None)]);
    assert_eq!(read(&mut stage).unwrap(), ["a", "b"]);
    assert!(stage.world.provider.borrow().asked[1].ends_with("&after=next%2F%3D"));
    stage.pass(5 * MINUTE - SECOND);
    assert_eq!((read(&mut stage).unwrap().len(), asked(&stage)), (2, 2));
    stage.pass(SECOND);
    answers(&stage, [listed(&["c"], None)]);
    assert_eq!(read(&mut stage).unwrap(), ["c"]);
}

#[test]
fn what_was_read_is_served_while_the_provider_gives_nothing_and_it_is_asked_once_a_minute() {
    let mut stage = Stage::new();
    answers(&stage, [listed(&["a"], None)]);
    read(&mut stage).unwrap();
    stage.pass(6 * MINUTE);
    let token = json!({"error": {"code": 190, "message": "token"}});
    answers(&stage, [answer(401, &token)]);
    for _ in 0..3 {
        assert_eq!((read(&mut stage).unwrap(), asked(&stage)), (vec!["a".to_owned()], 2));
    }
    stage.pass(MINUTE);
    assert_eq!(read(&mut stage).unwrap(), ["a"], "no answer at all, this time");
    assert_eq!(asked(&stage), 3);
}

#[test]
fn a_page_that_fails_leaves_what_was_read_before() {
    let mut stage = Stage::new();
    answers(&stage, [listed(&["a"], None)]);
    read(&mut stage).unwrap();
    stage.pass(6 * MINUTE);
    answers(&stage, [listed(&["b"], Some("x")), answer(500, &json!({}))]);
    assert_eq!(read(&mut stage).unwrap(), ["a"]);
}

#[test]
fn where_nothing_was_read_a_refusal_is_told_and_is_not_asked_for_again_at_once() {
    let mut stage = Stage::new();
    let permission = json!({"error": {"code": 200, "message": "no permission"}});
    answers(&stage, [answer(403, &permission)]);
    for _ in 0..2 {
        let refused = read(&mut stage);
        assert!(
            matches!(&refused, Err(TemplatesError::Refused(r)) if r.code == 200),
            "{refused:?}"
        );
    }
    assert_eq!(asked(&stage), 1);
    stage.pass(MINUTE);
    let busy = json!({"error": {"code": 80_007, "message": "too many"}});
    answers(&stage, [answer(400, &busy)]);
    assert!(matches!(read(&mut stage), Err(TemplatesError::Unavailable)));
    stage.pass(MINUTE);
    answers(&stage, [listed(&["a"], None)]);
    assert_eq!(read(&mut stage).unwrap(), ["a"]);
}

#[test]
fn a_template_that_is_not_known_is_looked_for_once_a_minute() {
    let mut stage = Stage::new();
    answers(&stage, [listed(&["a"], None), listed(&["a", "b"], None)]);
    assert!(find(&mut stage, "b").is_none() && find(&mut stage, "a").is_some());
    assert_eq!(asked(&stage), 1);
    stage.pass(MINUTE);
    assert!(find(&mut stage, "b").is_some());
    assert_eq!(asked(&stage), 2);
}

#[test]
fn an_answer_too_large_for_the_host_is_asked_for_in_smaller_pages() {
    let mut stage = Stage::new();
    let large = Answer { is_whole: false, body: Vec::new(), ..listed(&[], None) };
    answers(&stage, [large, listed(&["a"], None)]);
    assert_eq!(read(&mut stage).unwrap(), ["a"]);
    let asked = stage.world.provider.borrow().asked.clone();
    assert!(asked[0].contains("limit=50") && asked[1].contains("limit=10"), "{asked:?}");
}

#[test]
fn a_provider_whose_pages_never_end_is_not_followed_for_ever() {
    let mut stage = Stage::new();
    answers(&stage, (0..1_000).map(|n| listed(&[&format!("t{n}")], Some("again"))));
    assert_eq!(read(&mut stage).unwrap().len(), 40);
}

#[test]
fn an_account_without_a_business_account_or_with_another_one_has_none_of_its_templates() {
    let mut stage = Stage::new();
    answers(&stage, [listed(&["a"], None), listed(&["b"], None)]);
    read(&mut stage).unwrap();
    change_account(&stage, |account| account.business_account_id = Some("17".to_owned()));
    assert_eq!(read(&mut stage).unwrap(), ["b"]);
    change_account(&stage, |account| account.business_account_id = None);
    assert!(matches!(read(&mut stage), Err(TemplatesError::NoBusinessAccount)));
}

#[test]
fn many_who_ask_at_once_all_get_templates() {
    let mut stage = Stage::new();
    answers(&stage, (0..8).map(|_| listed(&["a"], None)));
    let mut scheduler = store::memory::Scheduler::new(1);
    for _ in 0..8 {
        let (host, account) = (stage.host(), stage.account());
        scheduler.spawn(async move {
            let read = host.engine().templates(&account).await.unwrap();
            assert_eq!(read.all().len(), 1);
        });
    }
    scheduler.run();
    assert_eq!(read(&mut stage).unwrap(), ["a"]);
}

#[test]
fn of_many_who_find_them_stale_at_once_one_asks_and_nobody_waits() {
    for seed in 0..50 {
        let mut stage = Stage::new();
        answers(&stage, [listed(&["a"], None), listed(&["b"], None)]);
        read(&mut stage).unwrap();
        stage.pass(6 * MINUTE);
        let mut scheduler = store::memory::Scheduler::new(seed);
        for _ in 0..8 {
            let (host, account) = (stage.host(), stage.account());
            scheduler.spawn(async move {
                assert_eq!(host.engine().templates(&account).await.unwrap().all().len(), 1);
            });
        }
        scheduler.run();
        assert_eq!((asked(&stage), read(&mut stage).unwrap()), (2, vec!["b".to_owned()]), "{seed}");
    }
}

#[test]
fn who_died_while_it_asked_keeps_others_from_asking_for_a_minute() {
    let mut stage = Stage::new();
    answers(&stage, [listed(&["a"], None)]);
    let mut scheduler = store::memory::Scheduler::new(1);
    let (host, account) = (stage.host(), stage.account());
    scheduler.spawn(async move { drop(host.engine().templates(&account).await) });
    let claimed = |stage: &Stage| {
        let keys = stage.world.kv.keys();
        keys.iter().any(|key| key.starts_with("templates:"))
    };
    while !claimed(&stage) {
        assert!(scheduler.step());
    }
    drop(scheduler);
    answers(&stage, [listed(&["a"], None)]);
    assert!(matches!(read(&mut stage), Err(TemplatesError::Unavailable)));
    assert_eq!(asked(&stage), 0);
    stage.pass(MINUTE);
    assert_eq!(read(&mut stage).unwrap(), ["a"]);
}
