use agents::KnowledgeKind;
use flow::Timestamp;
use uuid::Uuid;

use super::*;

fn wanted(input: &str) -> AiRequest {
    AiRequest {
        prompt: Some("Be brief.".to_owned()),
        input: input.to_owned(),
        history: 0,
        labels: Vec::new(),
        tools: Vec::new(),
    }
}

fn profile() -> Profile {
    Profile {
        name: "Ada".to_owned(),
        description: "For the shop's desk.".to_owned(),
        language: "en".to_owned(),
        persona: Persona::Concise,
        timezone: "UTC".to_owned(),
        logo: None,
        business_name: Some("Kalahari Books".to_owned()),
        business_address: None,
        business_email: Some("books@example.com".to_owned()),
        business_description: Some(" ".to_owned()),
        escalation_email: Some("boss@example.com".to_owned()),
    }
}

fn item(name: &str, description: Option<&str>, content: Option<&str>) -> KnowledgeItem {
    KnowledgeItem {
        id: Uuid::nil(),
        kind: KnowledgeKind::Text,
        name: name.to_owned(),
        description: description.map(str::to_owned),
        content: content.map(str::to_owned),
        created_at: Timestamp(0),
    }
}

fn told(items: Vec<KnowledgeItem>) -> Told {
    let agent = Some((profile(), Knowledge { items, ..Knowledge::default() }));
    Told { instructions: "You help.".to_owned(), agent }
}

#[test]
fn the_model_is_told_who_it_is_and_what_it_knows() {
    let items = vec![
        item("Hours", Some("Of the shop."), Some("9 to 17.\n")),
        item("Later", None, None),
        item("Returns", None, Some("Within 14 days.")),
    ];
    let expected = "You help.

# Who you are

Your name is Ada. Answer in as few words as possible.
Your language is `en`; answer who writes in another in theirs.
You answer for: Kalahari Books
Its email address: books@example.com

# What you know

## Hours

Of the shop.

9 to 17.

## Returns

Within 14 days.

Be brief.";
    assert_eq!(write(&wanted("hi"), &told(items)), expected);
}

#[test]
fn without_an_agent_it_is_told_of_the_workflow_alone() {
    let told = Told { instructions: "You help.\n".to_owned(), agent: None };
    assert_eq!(write(&wanted("hi"), &told), "You help.\n\nBe brief.");
    assert_eq!(write(&AiRequest { prompt: None, ..wanted("hi") }, &Told::default()), "");
}

#[test]
fn an_agent_that_knows_nothing_is_told_of_no_knowledge() {
    assert!(!write(&wanted("hi"), &told(Vec::new())).contains("# What you know"));
}

#[test]
fn of_much_that_is_known_whole_items_are_told_what_is_asked_about_first() {
    let filler = |n: usize| format!("Number {n}. {}", "é".repeat(2_400));
    let mut items: Vec<KnowledgeItem> =
        (0..49).map(|n| item(&format!("Text {n}"), None, Some(&filler(n)))).collect();
    items.push(item("Refunds", None, Some("A refund takes three days.")));
    let text = write(&wanted("How long does a refund take?"), &told(items.clone()));
    assert!(text.contains("A refund takes three days."), "{text}");
    assert!(text.len() < MAX_KNOWLEDGE_BYTES + 1_000, "{}", text.len());
    let whole = |n: &usize| text.contains(&format!("## Text {n}\n\n{}", filler(*n)));
    let kept = (0..49).filter(whole).count();
    assert!((9..=10).contains(&kept), "{kept}");
    assert_eq!(text.matches("## Text").count(), kept, "none is cut");
    // Where nothing comes near, the first ones.
    let text = write(&wanted("?"), &told(items));
    assert!(text.contains("## Text 0\n") && text.contains("Refunds"), "{text}");
}
