//! A business' templates: the request for a page, and what a page says.
#![allow(clippy::unwrap_used)]

use channels::whatsapp::{
    BuildError, TemplatePage, TemplatePageError, Translation, templates_page, templates_request,
};
use proptest::prelude::*;
use serde_json::{Value, json};

fn page(body: &Value) -> TemplatePage {
    templates_page(200, body.to_string().as_bytes()).unwrap()
}

fn only(template: &Value) -> Translation {
    page(&json!({"data": [template]})).translations.remove(0)
}

fn with_body(text: &str) -> Translation {
    only(&json!({"name": "n", "language": "en", "components": [{"type": "BODY", "text": text}]}))
}

#[test]
fn a_page_is_asked_for_with_the_token_in_a_header() {
    let request =
        templates_request("https://graph.facebook.com/", "102", "secret", 50, Some("QVF+/=="));
    let request = request.unwrap();
    assert_eq!(
        request.uri().to_string(),
        "https://graph.facebook.com/v24.0/102/message_templates?\
         fields=name%2Clanguage%2Cstatus%2Ccategory%2Cparameter_format%2Ccomponents\
         &limit=50&after=QVF%2B%2F%3D%3D"
    );
    assert_eq!((request.method().as_str(), request.body().len()), ("GET", 0));
    assert_eq!(request.headers()["authorization"], "Bearer secret");
    assert!(!format!("{request:?}").contains("secret"));
}

#[test]
fn an_argument_of_another_form_is_refused_by_name() {
    let refused =
        |origin, business, token| match templates_request(origin, business, token, 1, None) {
            Err(BuildError::Invalid { field, .. }) => field,
            other => panic!("{other:?}"),
        };
    assert_eq!(refused("graph.facebook.com", "1", "t"), "base_url");
    assert_eq!(refused("https://x/path", "1", "t"), "base_url");
    for business in ["", "../me", "1/2", "abc", "1?x"] {
        assert_eq!(refused("https://x", business, "t"), "business_account", "{business}");
    }
    assert_eq!(refused("https://x", "1", "a\r\nb"), "access_token");
}

/// Page: templates/components, "Seasonal promotion" and "Phone number buttons".
#[test]
fn a_template_is_read_with_its_parts() {
    let read = only(&json!({
        "name": "seasonal_promotion", "language": "en_US", "status": "APPROVED",
        "category": "MARKETING", "parameter_format": "POSITIONAL", "id": "594425479261596",
        "components": [
            {"type": "HEADER", "format": "TEXT", "text": "Our {{1}} is on!",
             "example": {"header_text": ["Summer Sale"]}},
            {"type": "BODY", "text": "Shop now through {{1}} and use code {{2}} to get {{3}} off.",
             "example": {"body_text": [["the end of August", "25OFF", "25%"]]}},
            {"type": "FOOTER", "text": "Use the buttons below to manage your subscriptions"},
            {"type": "BUTTONS", "buttons": [
                {"type": "QUICK_REPLY", "text": "Unsubscribe"},
                {"type": "PHONE_NUMBER", "text": "Call", "phone_number": "+15550051310"},
                {"type": "URL", "text": "Shop", "url": "https://example.com/{{1}}"},
            ]},
        ],
    }));
    assert_eq!((read.name.as_str(), read.language.as_str()), ("seasonal_promotion", "en_US"));
    assert_eq!((read.status.as_str(), read.category.as_str()), ("APPROVED", "MARKETING"));
    assert_eq!((read.placeholders(), read.named), (vec!["1", "2", "3"], false));
    let header = read.header.unwrap();
    assert_eq!(
        (header.format.as_str(), header.content.as_deref()),
        ("TEXT", Some("Our {{1}} is on!"))
    );
    assert!(read.footer.unwrap().starts_with("Use the buttons"));
    assert_eq!(
        serde_json::to_value(&read.buttons).unwrap(),
        json!([
            {"type": "QUICK_REPLY", "text": "Unsubscribe"},
            {"type": "PHONE_NUMBER", "text": "Call", "phone_number": "+15550051310"},
            {"type": "URL", "text": "Shop", "url": "https://example.com/{{1}}"},
        ])
    );
}

#[test]
fn a_medium_above_the_body_is_shown_by_its_example() {
    let example = json!({"header_handle": ["https://scontent.example/a.jpg"]});
    let read = only(&json!({"name": "n", "language": "en", "parameter_format": "named",
        "components": [{"type": "header", "format": "image", "example": example}]}));
    let header = read.header.unwrap();
    assert_eq!(header.format, "IMAGE");
    assert_eq!(header.content.as_deref(), Some("https://scontent.example/a.jpg"));
    assert!(read.named);
}

#[test]
fn places_are_found_once_each_in_the_order_of_the_body() {
    for (body, places) in [
        ("Hello", vec![]),
        ("{{1}} and {{2}}, {{1}} again", vec!["1", "2"]),
        ("{{order_number}} for {{ first_name }}", vec!["order_number", "first_name"]),
        ("{{}} {{ }} {{a b}} {{é}} {{1", vec![]),
        ("}}{{1}}{{{2}}}", vec!["1"]),
    ] {
        assert_eq!(with_body(body).placeholders(), places, "{body}");
    }
}

#[test]
fn there_is_another_page_while_the_provider_names_one() {
    let cursors = json!({"before": "a", "after": "b"});
    let next = page(&json!({"data": [], "paging": {"cursors": cursors, "next": "https://…"}}));
    assert_eq!(next.after.as_deref(), Some("b"));
    assert_eq!(page(&json!({"data": [], "paging": {"cursors": cursors}})).after, None);
    assert_eq!(page(&json!({"data": []})).after, None);
}

#[test]
fn a_refusal_has_the_providers_code_and_what_is_no_page_says_its_status() {
    let body = json!({"error": {"code": 190, "message": "Invalid OAuth access token."}});
    let refused = templates_page(401, body.to_string().as_bytes());
    assert!(matches!(refused, Err(TemplatePageError::Refused(error)) if error.code == 190));
    for (status, body) in [(200, "{}"), (200, "<html>"), (502, r#"{"data": []}"#), (200, "")] {
        let read = templates_page(status, body.as_bytes());
        assert_eq!(read, Err(TemplatePageError::Unreadable(status)), "{body}");
    }
}

#[test]
fn what_has_no_name_or_language_is_passed_over() {
    let listed =
        json!([{"name": "a"}, {"language": "en"}, 5, null, {"name": "b", "language": "en"}]);
    let read = page(&json!({"data": listed}));
    assert_eq!(read.translations.len(), 1);
    assert_eq!(read.translations[0].name, "b");
}

proptest! {
    #[test]
    fn no_answer_and_no_body_panics(status in any::<u16>(), body in any::<Vec<u8>>(), text in ".*") {
        let _ = templates_page(status, &body);
        let read = with_body(&format!("x{text}"));
        prop_assert!(read.placeholders().iter().all(|name| !name.is_empty()));
    }
}
