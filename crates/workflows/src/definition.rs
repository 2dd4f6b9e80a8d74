//! What a team writes: the fields of the console contract (contract/console-bimpe.md, section 3) and ours.

use fields::{Given, Object};
use flow::limits::MAX_VALUE_DEPTH;
use flow::{ConversationStep, Faq, FlowScript, Keyword, Kind, Rule, Weight, is_deeper};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A definition, as JSON, in bytes: with its versions it stays under the 256 KiB of design section 3.
pub const MAX_DEFINITION_BYTES: usize = 200 * 1024;

/// The longest time to live of a session: 30 days, in minutes. Longer ones are sequences.
const MAX_TTL_MINUTES: u64 = 30 * 24 * 60;
/// The longest `youtubeUrl`, in characters: that of a link.
const MAX_YOUTUBE_URL: usize = 2048;
/// The hosted product's default (contract/actions-qyvo.md).
const DEFAULT_TTL_MINUTES: u32 = 30;

/// What a team writes.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "WorkflowDefinition")
)]
pub struct Definition {
    /// Up to 255 characters.
    pub name: String,
    /// Instructions for the language model.
    #[serde(default)]
    pub system_prompt: String,
    /// Up to 2,000 characters.
    #[serde(default)]
    pub description: Option<String>,
    /// Up to 100 characters.
    #[serde(default)]
    pub category: Option<String>,
    /// Phrases with their answers.
    #[serde(default)]
    pub rules: Vec<Rule>,
    /// Scripts chosen by keywords.
    #[serde(default)]
    pub flows: Vec<FlowScript>,
    /// Free labels.
    #[serde(default)]
    pub tags: Option<Vec<String>>,
    /// Names of integrations.
    #[serde(default)]
    pub integrations: Option<Vec<String>>,
    /// Names of channels.
    #[serde(default)]
    pub channels: Option<Vec<String>>,
    /// Names of actions.
    #[serde(default)]
    pub actions: Option<Vec<String>>,
    /// How to set it up.
    #[serde(default)]
    pub guide: Option<Guide>,
    /// Questions with their answers.
    #[serde(default)]
    pub faq: Option<Vec<Faq>>,
    /// Texts or objects.
    #[serde(default)]
    pub setup_steps: Vec<Value>,
    /// Minutes.
    #[serde(default)]
    pub setup_time: Option<f64>,
    /// A link.
    #[serde(default)]
    pub video_url: Option<String>,
    /// `flow`, or `sequence`. Stays what it was created as.
    #[serde(default)]
    pub kind: Kind,
    /// The graph, as it was written, finished or not.
    #[serde(default)]
    pub graph: Option<Value>,
    /// How long a session lasts, and the like.
    #[serde(default)]
    pub settings: Settings,
    /// What starts it, for people: `manual`, `shopify_cart_abandoned`, …; an open list.
    #[serde(default)]
    pub trigger_type: Option<String>,
}

/// How to set a workflow up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Guide {
    /// A link.
    #[serde(rename = "youtubeUrl", default, skip_serializing_if = "Option::is_none")]
    pub youtube_url: Option<String>,
    /// In order.
    pub steps: Vec<String>,
}

/// Our settings of a workflow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Settings {
    /// Minutes without interaction after which a session expires; 1 to 43,200 (30 days).
    #[serde(default = "default_ttl")]
    pub session_ttl_minutes: u32,
    /// Whether every change is live at once. By default without a graph, and not with one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auto_publish: Option<bool>,
    /// What is answered where nothing else fits; up to 4,096 characters, a default text when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fixed_reply: Option<String>,
}

fn default_ttl() -> u32 {
    DEFAULT_TTL_MINUTES
}

impl Default for Settings {
    fn default() -> Self {
        Self { session_ttl_minutes: DEFAULT_TTL_MINUTES, auto_publish: None, fixed_reply: None }
    }
}

impl Definition {
    /// Whether a change is live at once.
    #[must_use]
    pub fn publishes_itself(&self) -> bool {
        self.settings.auto_publish.unwrap_or(self.graph.is_none())
    }

    /// The parts that are compiled.
    #[must_use]
    pub fn parts(&self) -> flow::Definition<'_> {
        flow::Definition {
            // `Workflow::issues` adds it. A content that was published once compiles without.
            id: None,
            kind: self.kind,
            system_prompt: &self.system_prompt,
            rules: &self.rules,
            flows: &self.flows,
            faq: self.faq.as_deref().unwrap_or_default(),
            graph: self.graph.as_ref(),
            fixed_reply: self.settings.fixed_reply.as_deref(),
        }
    }

    /// Applies the fields of a body: absent ones stay, `null` clears, lists are replaced. `create` asks for those
    /// that a new workflow must have. Errors are collected in the body's `Errors`.
    pub fn apply(&mut self, body: &Object<'_, '_>, create: bool) {
        if create {
            self.name = body.required_text("name", 255);
            self.system_prompt = body.required_text("system_prompt", usize::MAX);
        } else {
            put(body.filled_text("name", 255), &mut self.name);
            put(body.filled_text("system_prompt", usize::MAX), &mut self.system_prompt);
        }
        body.text("description", 2000).put(&mut self.description);
        body.text("category", 100).put(&mut self.category);
        body.objects("rules", |rule| read_rule(&rule)).put_or_default(&mut self.rules);
        body.objects("flows", |flow| read_flow(&flow)).put_or_default(&mut self.flows);
        body.texts("tags", 255).put(&mut self.tags);
        body.texts("integrations", 255).put(&mut self.integrations);
        body.texts("channels", 255).put(&mut self.channels);
        body.texts("actions", 255).put(&mut self.actions);
        match body.object("guide") {
            Given::Absent => {}
            Given::Null => self.guide = None,
            Given::Value(guide) => {
                let steps = required_list(&guide, "steps", guide.texts("steps", 2000));
                // The contract calls it a string, and its own example is no link.
                let youtube_url = guide.text("youtubeUrl", MAX_YOUTUBE_URL).value();
                self.guide = Some(Guide { youtube_url, steps });
            }
        }
        body.objects("faq", |faq| Faq {
            question: faq.required_text("question", 2000),
            answer: faq.required_text("answer", 10_000),
        })
        .put(&mut self.faq);
        let step = || json!({"items": {"type": ["string", "object", "array"], "maxItems": 0}});
        body.describe("setup_steps", step);
        let steps = body.list("setup_steps", |step, path| match step {
            step if is_deeper(step, MAX_VALUE_DEPTH) => {
                body.error_at(path, too_deep());
                None
            }
            Value::String(_) | Value::Object(_) => Some(step.clone()),
            // The hosted console has such among its steps, and its clients send them back.
            Value::Array(items) if items.is_empty() => None,
            _ => {
                body.error_at(path, "must be a string or an object");
                None
            }
        });
        steps.put_or_default(&mut self.setup_steps);
        body.number("setup_time", 1.0, f64::INFINITY).put(&mut self.setup_time);
        body.uri("video_url").put(&mut self.video_url);
        self.apply_ours(body);
    }

    fn apply_ours(&mut self, body: &Object<'_, '_>) {
        match body.one_of("kind", &Kind::NAMES) {
            Given::Absent => {}
            Given::Null => self.kind = Kind::default(),
            Given::Value(name) => self.kind = Kind::from_name(&name).unwrap_or_default(),
        }
        match body.map("graph") {
            Given::Absent => {}
            Given::Null => self.graph = None,
            Given::Value(graph) => {
                let graph = Value::Object(graph.clone());
                if is_deeper(&graph, MAX_VALUE_DEPTH) {
                    body.error("graph", too_deep());
                } else {
                    self.graph = Some(graph);
                }
            }
        }
        match body.object("settings") {
            Given::Absent => {}
            Given::Null => self.settings = Settings::default(),
            Given::Value(settings) => {
                settings.only(&["session_ttl_minutes", "auto_publish", "fixed_reply"]);
                let default = || json!({"default": DEFAULT_TTL_MINUTES});
                settings.describe("session_ttl_minutes", default);
                let ttl = settings.integer("session_ttl_minutes", 1, MAX_TTL_MINUTES);
                let minutes = &mut self.settings.session_ttl_minutes;
                match ttl {
                    Given::Absent => {}
                    Given::Null => *minutes = DEFAULT_TTL_MINUTES,
                    Given::Value(ttl) => *minutes = u32::try_from(ttl).unwrap_or(*minutes),
                }
                settings.boolean("auto_publish").put(&mut self.settings.auto_publish);
                settings.text("fixed_reply", 4096).put(&mut self.settings.fixed_reply);
            }
        }
        body.text("trigger_type", 100).put(&mut self.trigger_type);
    }
}

/// It is kept within the workflow's document, which could not be read again if the whole were deeper than JSON is read.
fn too_deep() -> String {
    format!("is nested more than {MAX_VALUE_DEPTH} deep")
}

fn put(given: Given<String>, place: &mut String) {
    if let Given::Value(text) = given {
        *place = text;
    }
}

fn required_list<T>(object: &Object<'_, '_>, name: &str, given: Given<Vec<T>>) -> Vec<T> {
    if !object.has(name) {
        object.error(name, "required");
    }
    given.value().unwrap_or_default()
}

fn read_rule(rule: &Object<'_, '_>) -> Rule {
    Rule {
        id: rule.required_text("id", 100),
        name: rule.required_text("name", 200),
        trigger: rule.required_text("trigger", 500),
        condition: rule.text("condition", 500).value(),
        response: rule.required_text("response", 2000),
        action: rule.text("action", 100).value(),
        enabled: rule.boolean("enabled").value().unwrap_or(true),
    }
}

fn read_flow(flow: &Object<'_, '_>) -> FlowScript {
    FlowScript {
        name: flow.required_text("name", 255),
        description: flow.text("description", 2000).value(),
        category: flow.text("category", 100).value(),
        priority: flow.number("priority", 1.0, 10.0).value().unwrap_or(5.0),
        is_active: flow.boolean("is_active").value().unwrap_or(true),
        trigger_keywords: flow
            .objects("trigger_keywords", |keyword| Keyword {
                keyword: keyword.required_text("keyword", 200),
                weight: match keyword
                    .one_of("weight", &["high", "medium", "low"])
                    .value()
                    .as_deref()
                {
                    Some("high") => Weight::High,
                    Some("low") => Weight::Low,
                    _ => Weight::Medium,
                },
            })
            .value()
            .unwrap_or_default(),
        conversation_steps: flow
            .objects("conversation_steps", |step| ConversationStep {
                kind: step.required_text("type", 100),
                content: step.text("content", 4096).value(),
                action: step.text("action", 100).value(),
                followup: step.text("followup", 4096).value(),
            })
            .value()
            .unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use fields::Errors;

    use super::*;

    #[test]
    fn null_gives_a_setting_its_default_back() {
        let mut definition = Definition::default();
        for (minutes, then) in [(json!(60), 60), (json!(null), 30)] {
            let body = json!({"settings": {"session_ttl_minutes": minutes}});
            definition.apply(&Errors::new().body(&body), false);
            assert_eq!(definition.settings.session_ttl_minutes, then);
        }
    }

    #[test]
    fn what_could_not_be_read_again_within_a_workflow_is_refused() {
        let nested = |levels: usize| (1..levels).fold(json!({}), |inner, _| json!({"a": inner}));
        let wrong = |body: Value| {
            let (errors, mut definition) = (Errors::new(), Definition::default());
            definition.apply(&errors.body(&body), false);
            let errors = errors.into_result(()).err().unwrap_or_default();
            errors.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        let at_most = json!({"graph": nested(64), "setup_steps": [nested(64)]});
        assert_eq!(wrong(at_most), [""; 0]);
        let beyond = json!({"graph": nested(65), "setup_steps": ["Open it", nested(65)]});
        let message = "is nested more than 64 deep";
        assert_eq!(
            wrong(beyond),
            [format!("setup_steps.1: {message}"), format!("graph: {message}")]
        );
    }
}
