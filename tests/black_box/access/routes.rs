//! Every route of spin.toml, its methods, and who is let in.

use super::guard::Guard::{self, *};

/// A route, as in spin.toml, and its methods with what each is guarded by.
pub type Route = (&'static str, &'static [(&'static str, Guard)]);

const READ_WORKFLOWS: Guard = Console("workflows:read");
const WRITE_WORKFLOWS: Guard = Console("workflows:write");
const READ_AGENTS: Guard = Console("agents:read");
const WRITE_AGENTS: Guard = Console("agents:write");
const READ_TALKS: Guard = Console("conversations:read");
const WRITE_TALKS: Guard = Console("conversations:write");

/// In the order of spin.toml.
pub const ROUTES: &[Route] = &[
    ("/api/v1/actions/trigger-flow", &[("POST", Actions)]),
    ("/api/v1/actions/trigger-sequence", &[("POST", Actions)]),
    ("/api/v1/me", &[("GET", Actions)]),
    ("/api/v1/openapi.yaml", &[("GET", Open)]),
    ("/api/v1/actions/get-flow", &[("POST", Actions)]),
    ("/api/v1/actions/get-sequence", &[("POST", Actions)]),
    ("/api/v1/actions/create-contact", &[("POST", Actions)]),
    ("/api/v1/actions/get-contact", &[("POST", Actions)]),
    ("/api/v1/actions/update-contact", &[("POST", Actions)]),
    ("/api/v1/actions/search-contacts", &[("POST", Actions)]),
    ("/api/v1/actions/add-tag", &[("POST", Actions)]),
    ("/api/v1/actions/remove-tag", &[("POST", Actions)]),
    ("/api/v1/actions/list-tags", &[("POST", Actions)]),
    ("/api/v1/triggers/new-flow-triggered", &[("GET", Actions)]),
    ("/api/v1/triggers/new-message-received", &[("GET", Actions)]),
    ("/api/v1/triggers/new-sequence-triggered", &[("GET", Actions)]),
    ("/api/v1/triggers/new-campaign-sent", &[("GET", Actions)]),
    ("/api/v1/dropdowns/flows", &[("GET", Actions)]),
    ("/api/v1/dropdowns/sequences", &[("GET", Actions)]),
    ("/api/v1/webhooks", &[("GET", Actions), ("POST", Actions)]),
    ("/api/v1/webhooks/:webhook_id", &[("GET", Actions), ("DELETE", Actions)]),
    ("/api/v1/actions/send-text-message", &[("POST", Actions)]),
    ("/api/v1/actions/send-template-message", &[("POST", Actions)]),
    ("/api/v1/actions/list-templates", &[("POST", Actions)]),
    ("/api/v1/actions/get-template", &[("POST", Actions)]),
    ("/api/v1/dropdowns/templates", &[("GET", Actions)]),
    ("/api/v1/dropdowns/template-variables", &[("GET", Actions)]),
    ("/api/v1/console/workflows", &[("GET", READ_WORKFLOWS), ("POST", WRITE_WORKFLOWS)]),
    (
        "/api/v1/console/workflows/:workflow_id",
        &[("GET", READ_WORKFLOWS), ("PATCH", WRITE_WORKFLOWS), ("DELETE", WRITE_WORKFLOWS)],
    ),
    ("/api/v1/console/workflows/:workflow_id/publish", &[("POST", WRITE_WORKFLOWS)]),
    ("/api/v1/console/workflows/:workflow_id/validate", &[("POST", READ_WORKFLOWS)]),
    ("/api/v1/console/workflows/:workflow_id/simulate", &[("POST", READ_WORKFLOWS)]),
    ("/api/v1/console/workflows/:workflow_id/unpublish", &[("POST", WRITE_WORKFLOWS)]),
    ("/api/v1/console/workflows/:workflow_id/versions", &[("GET", READ_WORKFLOWS)]),
    ("/api/v1/console/workflows/:workflow_id/versions/:version", &[("GET", READ_WORKFLOWS)]),
    ("/api/v1/console/workflows/clone", &[("POST", WRITE_WORKFLOWS)]),
    ("/api/v1/console/openapi.json", &[("GET", Open)]),
    ("/api/v1/console/agents/:agent_id/conversations", &[("GET", READ_TALKS)]),
    ("/api/v1/console/agents/:agent_id/conversations/messages", &[("POST", WRITE_TALKS)]),
    ("/api/v1/console/agents/:agent_id/conversations/:conversation_id", &[("GET", READ_TALKS)]),
    (
        "/api/v1/console/agents/:agent_id/conversations/:conversation_id/messages",
        &[("GET", READ_TALKS), ("POST", WRITE_TALKS)],
    ),
    (
        "/api/v1/console/agents/:agent_id/conversations/:conversation_id/messages/:message_id",
        &[("GET", READ_TALKS)],
    ),
    (
        "/api/v1/console/agents/:agent_id/conversations/:conversation_id/ai-status",
        &[("PATCH", WRITE_TALKS)],
    ),
    (
        "/api/v1/console/agents/:agent_id/conversations/:conversation_id/stream-ticket",
        &[("POST", READ_TALKS)],
    ),
    ("/api/v1/console/agents/:agent_id/conversations/:conversation_id/stream", &[("GET", Ticket)]),
    ("/api/v1/console/agents", &[("GET", READ_AGENTS), ("POST", WRITE_AGENTS)]),
    (
        "/api/v1/console/agents/:agent_id",
        &[("GET", READ_AGENTS), ("PATCH", WRITE_AGENTS), ("DELETE", WRITE_AGENTS)],
    ),
    ("/api/v1/console/agents/:agent_id/live-status", &[("PATCH", WRITE_AGENTS)]),
    ("/api/v1/console/agents/:agent_id/channels", &[("GET", READ_AGENTS)]),
    ("/api/v1/console/agents/:agent_id/deployment/agent-test-code", &[("GET", READ_AGENTS)]),
    (
        "/api/v1/console/agents/:agent_id/knowledge_bases",
        &[("GET", READ_AGENTS), ("POST", WRITE_AGENTS)],
    ),
    (
        "/api/v1/console/agents/:agent_id/knowledge_bases/:knowledge_base_id",
        &[("PATCH", WRITE_AGENTS), ("DELETE", WRITE_AGENTS)],
    ),
    ("/api/v1/console/agents/:agent_id/integrations/...", &[("GET", READ_AGENTS)]),
    ("/api/v1/console/agents/:agent_id/actions", &[("GET", READ_AGENTS)]),
    ("/api/v1/console/agents/:agent_id/actions/enable", &[("POST", WRITE_AGENTS)]),
    ("/api/v1/console/agents/:agent_id/actions/disable", &[("POST", WRITE_AGENTS)]),
    ("/api/v1/console/agents/:agent_id/calls", &[("GET", READ_TALKS), ("POST", WRITE_TALKS)]),
    ("/api/v1/console/agents/:agent_id/calls/:call_id", &[("GET", READ_TALKS)]),
    ("/api/v1/console/phone-numbers", &[("GET", READ_AGENTS)]),
    (
        "/api/v1/console/phone-numbers/:phone_number_id",
        &[("GET", READ_AGENTS), ("PATCH", WRITE_AGENTS)],
    ),
    ("/workflows/:workflow_id/trigger", &[("POST", Trigger)]),
    ("/conversations", &[("POST", Trigger)]),
    ("/conversations/:id", &[("GET", Trigger)]),
    ("/conversations/:id/answer-mode", &[("POST", Trigger)]),
    ("/conversations/:id/status", &[("POST", Trigger)]),
    ("/conversations/:id/tags", &[("POST", Trigger), ("DELETE", Trigger)]),
    ("/conversations/:id/agents", &[("POST", Trigger), ("DELETE", Trigger)]),
    ("/conversation/tags", &[("POST", Trigger)]),
    ("/sendMessage", &[("POST", Trigger)]),
    ("/getMessages", &[("POST", Trigger)]),
    ("/customers", &[("PUT", Trigger), ("POST", Trigger)]),
    ("/openapi.json", &[("GET", Open)]),
    ("/auth/token", &[("POST", Token)]),
    ("/webhook", &[("POST", Trigger)]),
    ("/channels/whatsapp/:account/webhook", &[("GET", Verification), ("POST", Signature)]),
    ("/channels/telephony/:account/voice", &[("POST", SignedForm)]),
    ("/channels/telephony/:account/status", &[("POST", SignedForm)]),
    ("/channels/telephony/:account/messages", &[("POST", SignedForm)]),
    (
        "/channels/webchat/:account/messages",
        &[("GET", Visitor), ("POST", Visitor), ("OPTIONS", Page)],
    ),
    ("/channels/webchat/:account/stream", &[("GET", Visitor), ("OPTIONS", Page)]),
    ("/channels/webchat/widget.js", &[("GET", Open)]),
    ("/ops/keys", &[("GET", Operator), ("POST", Operator)]),
    ("/ops/keys/:key_id", &[("DELETE", Operator)]),
    ("/ops/channels", &[("GET", Operator), ("POST", Operator)]),
    ("/ops/conversations/:conversation_id", &[("GET", Operator)]),
    ("/ops/workflows/:workflow_id", &[("PATCH", Operator)]),
    ("/ops/outbox", &[("GET", Operator)]),
    ("/ops/outbox/:message_id/retry", &[("POST", Operator)]),
    ("/ops/sweep", &[("POST", Operator)]),
    ("/ops/rotate-secrets", &[("POST", Operator)]),
    ("/ops/health", &[("GET", Open)]),
    ("/...", &[("GET", Nothing), ("POST", Nothing)]),
];
