//! The templates of businesses, page by page.

#![allow(clippy::unwrap_used)]

use std::time::Duration;

use channels::whatsapp::{TemplatePage, TemplatePageError, templates_page, templates_request};
use http::Request;
use serde_json::json;
use stand_in::{Answer, Config, StandIn, exchange, template};

const LONG: Duration = Duration::from_secs(20);

async fn page(
    stand_in: &StandIn,
    token: &str,
    limit: usize,
    after: Option<&str>,
) -> Result<TemplatePage, TemplatePageError> {
    let request = templates_request(&stand_in.origin(), "17", token, limit, after).unwrap();
    let answer = exchange(request, LONG).await.unwrap();
    templates_page(answer.status().as_u16(), answer.body())
}

fn refused(result: Result<TemplatePage, TemplatePageError>) -> i64 {
    match result {
        Err(TemplatePageError::Refused(error)) => error.code,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn templates_are_listed_page_by_page() {
    let stand_in = StandIn::start(Config::default()).await.unwrap();
    let all: Vec<_> = ["a", "b", "c"].map(|name| template(name, "en", "Hello {{1}}")).into();
    stand_in.has_templates("17", all);
    let first = page(&stand_in, "token", 2, None).await.unwrap();
    let second = page(&stand_in, "token", 2, first.after.as_deref()).await.unwrap();
    let names = |page: &TemplatePage| -> Vec<String> {
        page.translations.iter().map(|one| one.name.clone()).collect()
    };
    assert_eq!((names(&first), names(&second)), (vec!["a".into(), "b".into()], vec!["c".into()]));
    assert_eq!(second.after, None);
    assert_eq!(first.translations[0].placeholders(), ["1"]);
    assert_eq!(stand_in.called().len(), 2);
}

#[tokio::test]
async fn what_the_provider_would_refuse_is_refused_and_the_rest_is_answered_as_it_was_told() {
    let stand_in = StandIn::start(Config::default()).await.unwrap();
    assert_eq!(refused(page(&stand_in, "token", 0, None).await), 100);
    assert_eq!(refused(page(&stand_in, "token", 1, Some("nowhere")).await), 100);
    let unsigned = format!("{}/v24.0/17/message_templates", stand_in.origin());
    let answer = exchange(Request::get(unsigned).body(Vec::new()).unwrap(), LONG).await.unwrap();
    assert_eq!(answer.status(), 401);
    stand_in.answer_calls_with(|_| Answer::refuse(403, 200, "no permission"));
    assert_eq!(refused(page(&stand_in, "token", 1, None).await), 200);
    stand_in.answer_calls_with(|_| Answer::json(200, &json!({"data": 5})));
    let unreadable = page(&stand_in, "token", 1, None).await;
    assert_eq!(unreadable, Err(TemplatePageError::Unreadable(200)));
}
