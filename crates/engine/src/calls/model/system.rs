//! What the language model is told before anything that was said: the workflow's instructions, for whom it answers, what
//! it knows, and what is wanted of it now.

use agents::{Knowledge, KnowledgeItem, Persona, Profile};
use flow::limits::MAX_KNOWLEDGE_BYTES;
use flow::{AiRequest, Label};

/// What the engine knows of who answers.
#[derive(Debug, Default)]
pub(in crate::calls) struct Told {
    /// Of the workflow in which the session stands ([`flow::Program::instructions`]).
    pub(in crate::calls) instructions: String,
    /// The agent that answers in the conversation, where there is one, and what it knows.
    pub(in crate::calls) agent: Option<(Profile, Knowledge)>,
}

/// The system message.
pub(super) fn write(wanted: &AiRequest, told: &Told) -> String {
    let mut parts = vec![told.instructions.trim().to_owned()];
    if let Some((profile, knowledge)) = &told.agent {
        parts.push(who(profile));
        parts.push(known(knowledge, &wanted.input));
    }
    parts.extend(wanted.prompt.clone());
    if !wanted.labels.is_empty() {
        parts.push(labels(&wanted.labels));
    }
    parts.retain(|part| !part.is_empty());
    parts.join("\n\n")
}

fn labels(labels: &[Label]) -> String {
    let line = |label: &Label| match &label.description {
        Some(description) => format!("- {}: {description}", label.id),
        None => format!("- {}", label.id),
    };
    let labels: Vec<String> = labels.iter().map(line).collect();
    format!(
        "Classify the user's message. Answer with exactly one of these labels and nothing else:\n{}",
        labels.join("\n")
    )
}

fn who(profile: &Profile) -> String {
    let manner = match profile.persona {
        Persona::Professional => "Be factual and polite.",
        Persona::Friendly => "Be warm.",
        Persona::Concise => "Answer in as few words as possible.",
    };
    let Profile { name, language, .. } = profile;
    let mut lines = vec![
        "# Who you are\n".to_owned(),
        format!("Your name is {name}. {manner}"),
        format!("Your language is `{language}`; answer who writes in another in theirs."),
    ];
    for (what, written) in [
        ("You answer for", &profile.business_name),
        ("What it does", &profile.business_description),
        ("Its address", &profile.business_address),
        ("Its email address", &profile.business_email),
    ] {
        let written = written.as_deref().map(str::trim).filter(|text| !text.is_empty());
        lines.extend(written.map(|text| format!("{what}: {text}")));
    }
    lines.join("\n")
}

/// All that is known where there is room for it; else what comes nearest to the input, item by item. In the order in
/// which the team wrote it.
fn known(knowledge: &Knowledge, input: &str) -> String {
    let items: Vec<String> = knowledge.items.iter().filter_map(item).collect();
    let whole: usize = items.iter().map(String::len).sum();
    let mut fits = vec![true; items.len()];
    if whole > MAX_KNOWLEDGE_BYTES {
        let mut room = MAX_KNOWLEDGE_BYTES;
        for i in flow::nearest(items.iter().map(String::as_str), input) {
            fits[i] = items[i].len() <= room;
            room -= if fits[i] { items[i].len() } else { 0 };
        }
    }
    let kept = items.iter().zip(fits).filter(|(_, fits)| *fits);
    let kept: String = kept.map(|(item, _)| item.as_str()).collect();
    if kept.is_empty() { kept } else { format!("# What you know{kept}") }
}

/// A text under its name. `None`: it has none.
fn item(item: &KnowledgeItem) -> Option<String> {
    let content = item.content.as_deref().map(str::trim).filter(|text| !text.is_empty())?;
    let description = item.description.as_deref().map(str::trim).unwrap_or_default();
    let description =
        if description.is_empty() { String::new() } else { format!("{description}\n\n") };
    Some(format!("\n\n## {}\n\n{description}{content}", item.name))
}

#[cfg(test)]
mod tests;
