//! Agents as the console shows them (contract/console-bimpe.md, section 4).

use serde::Serialize;
use teams::Kind;
use uuid::Uuid;
use workflows::WorkflowView;

use crate::{Agent, AgentChannel, KnowledgeItem, KnowledgeKind, LiveStatus, Persona};

/// An agent.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Agent"))]
pub struct AgentView<'a> {
    /// Which.
    pub id: Uuid,
    /// What people call it.
    pub name: &'a str,
    /// What it is for.
    pub description: &'a str,
    /// The workflow that answers for it.
    pub workflow_id: Option<Uuid>,
    /// A language code.
    pub language: &'a str,
    /// How it is to sound.
    pub persona: Persona,
    /// An IANA name.
    pub timezone: &'a str,
    /// A link to a picture.
    pub logo: Option<&'a str>,
    /// Whom it speaks for.
    pub business_name: Option<&'a str>,
    /// Where they are.
    pub business_address: Option<&'a str>,
    /// How to write to them.
    pub business_email: Option<&'a str>,
    /// What they do.
    pub business_description: Option<&'a str>,
    /// Eight characters by which people start a test; null until it is first asked for.
    pub test_channel_code: Option<&'a str>,
    /// Whether it answers.
    pub status: LiveStatus,
    /// Why it has this status.
    pub status_reason: Option<&'a str>,
    /// Whom to write to when a person is needed.
    pub escalation_email: Option<&'a str>,
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339.
    pub updated_at: String,
}

/// An agent with what belongs to it.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "AgentDetail"))]
pub struct AgentDetailView<'a> {
    /// The agent.
    #[serde(flatten)]
    pub agent: AgentView<'a>,
    /// What it knows, in short.
    pub knowledge_bases: Vec<KnowledgeSummaryView<'a>>,
    /// Always empty: integrations are not built.
    pub integrations: [(); 0],
    /// The channel accounts that it answers.
    pub channels: &'a [AgentChannel],
}

/// A new agent with its workflow.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "NewAgent"))]
pub struct NewAgentView<'a> {
    /// The agent.
    #[serde(flatten)]
    pub agent: AgentView<'a>,
    /// The workflow that answers for it: the team's own, or its copy of a public one.
    pub workflow: WorkflowView<'a>,
}

/// Whether an agent answers.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "AgentStatus"))]
pub struct StatusView<'a> {
    /// Whether it answers.
    pub status: LiveStatus,
    /// Why.
    pub status_reason: Option<&'a str>,
}

/// What an agent knows, in short.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "KnowledgeSummary"))]
pub struct KnowledgeSummaryView<'a> {
    /// Which.
    pub id: Uuid,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: KnowledgeKind,
    /// What people call it.
    pub name: &'a str,
    /// What it is about.
    pub description: Option<&'a str>,
}

/// What an agent knows.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "KnowledgeBase"))]
pub struct KnowledgeView<'a> {
    /// In short.
    #[serde(flatten)]
    pub summary: KnowledgeSummaryView<'a>,
    /// Always null: only texts are built.
    pub url: Option<&'a str>,
    /// The text.
    pub content: Option<&'a str>,
    /// RFC 3339.
    pub created_at: String,
}

/// How people start a test of an agent.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "AgentTestCode"))]
pub struct TestCodeView<'a> {
    /// Eight letters and digits.
    pub code: &'a str,
    /// Where it is said.
    pub channels: TestChannelsView<'a>,
}

/// The channels on which a test is started.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "TestChannels"))]
pub struct TestChannelsView<'a> {
    /// WhatsApp.
    pub whatsapp: TestChannelView,
    /// Not built.
    pub instagram: TestChannelView,
    /// Not built.
    pub messenger: TestChannelView,
    /// The phone.
    pub telephony: TestPhoneView<'a>,
}

/// A channel on which a test is started by a message.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "TestChannel"))]
pub struct TestChannelView {
    /// Whether the agent answers there.
    pub is_enabled: bool,
    /// What to write.
    pub start_message: String,
}

/// A number on which a test is started by calling.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "TestPhone"))]
pub struct TestPhoneView<'a> {
    /// Whether the agent answers there.
    pub is_enabled: bool,
    /// E.164; absent where it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<&'a str>,
}

impl<'a> AgentView<'a> {
    /// The agent.
    #[must_use]
    pub fn of(agent: &'a Agent) -> Self {
        let profile = &agent.profile;
        Self {
            id: agent.id,
            name: &profile.name,
            description: &profile.description,
            workflow_id: Some(agent.workflow_id),
            language: &profile.language,
            persona: profile.persona,
            timezone: &profile.timezone,
            logo: profile.logo.as_deref(),
            business_name: profile.business_name.as_deref(),
            business_address: profile.business_address.as_deref(),
            business_email: profile.business_email.as_deref(),
            business_description: profile.business_description.as_deref(),
            test_channel_code: agent.test_code.as_deref(),
            status: agent.status,
            status_reason: agent.status_reason.as_deref(),
            escalation_email: profile.escalation_email.as_deref(),
            created_at: agent.created_at.to_iso(),
            updated_at: agent.updated_at.to_iso(),
        }
    }
}

impl<'a> AgentDetailView<'a> {
    /// The agent with what it knows and where it answers.
    #[must_use]
    pub fn of(
        agent: &'a Agent,
        knowledge: &'a [KnowledgeItem],
        channels: &'a [AgentChannel],
    ) -> Self {
        let knowledge_bases = knowledge.iter().map(KnowledgeSummaryView::of).collect();
        Self { agent: AgentView::of(agent), knowledge_bases, integrations: [], channels }
    }
}

impl<'a> StatusView<'a> {
    /// The status of an agent.
    #[must_use]
    pub fn of(agent: &'a Agent) -> Self {
        Self { status: agent.status, status_reason: agent.status_reason.as_deref() }
    }
}

impl<'a> KnowledgeSummaryView<'a> {
    /// A thing that an agent knows.
    #[must_use]
    pub fn of(item: &'a KnowledgeItem) -> Self {
        let description = item.description.as_deref();
        Self { id: item.id, kind: item.kind, name: &item.name, description }
    }
}

impl<'a> KnowledgeView<'a> {
    /// A thing that an agent knows.
    #[must_use]
    pub fn of(item: &'a KnowledgeItem) -> Self {
        Self {
            summary: KnowledgeSummaryView::of(item),
            url: None,
            content: item.content.as_deref(),
            created_at: item.created_at.to_iso(),
        }
    }
}

impl<'a> TestCodeView<'a> {
    /// A code, on the channels of an agent.
    #[must_use]
    pub fn of(code: &'a str, channels: &'a [AgentChannel]) -> Self {
        // There is no shared number that reads it: written to a live one, it is a message like any other.
        let connected = |kind| channels.iter().find(|c| c.kind == kind && c.is_connected);
        let start =
            |is_enabled| TestChannelView { is_enabled, start_message: format!("start {code}") };
        let phone = connected(Kind::Telephony).map(|channel| channel.name.as_str());
        let telephony = TestPhoneView { is_enabled: phone.is_some(), phone_number: phone };
        // What WhatsApp's channel is known by is an id, not its number.
        let whatsapp = start(connected(Kind::Whatsapp).is_some());
        let (instagram, messenger) = (start(false), start(false));
        Self { code, channels: TestChannelsView { whatsapp, instagram, messenger, telephony } }
    }
}
