//! What keeps a conversation document small enough for a hosted store (design section 3): 256 KiB, where the
//! stores cap a value at 1 MB.

/// A trigger's `context`, serialized, in bytes.
pub const CONTEXT_BYTES: usize = 16 * 1024;
/// All sessions of a conversation, serialized, in bytes.
pub const SESSIONS_BYTES: usize = 128 * 1024;
/// Ended sessions that stay in the document.
pub const ENDED_SESSIONS: usize = 10;
/// Ended sessions of which only the end is remembered: with those above as many as a polling list shows
/// (contract/actions-qyvo.md, section 5: 100). Each takes some 70 bytes.
pub const PAST_SESSIONS: usize = 90;
/// Messages queued or being sent.
pub const OUTBOX: usize = 50;
/// The texts of these, in bytes.
pub const OUTBOX_BYTES: usize = 128 * 1024;
/// What the log keeps of a message of the contact, in bytes: texts are cut where it would be more. The longest text that the
/// console takes, 4,096 characters, fits whatever it is made of: six bytes each, and what stands around them. WhatsApp's own
/// limit for what people write is 65,536 characters, and a few of those would fill a document.
pub const INBOUND_BYTES: usize = 25 * 1024;
/// Messages that stay in the document when the log spills.
pub const LOG_KEPT: usize = 50;
/// Messages above these at which the log spills, all to one page.
pub const LOG_PAGE: usize = 25;
/// The log spills earlier when its texts pass this many bytes; what stays then has half of them.
pub const LOG_BYTES: usize = 64 * 1024;
/// Messages that were settled after they moved to a page, whose later page is remembered: more than the outbox holds.
pub const STRAYS: usize = 64;
/// Ids of applied events that stay in the document when they spill.
pub const SEEN_KEPT: usize = 1_024;
/// Ids of applied events moved to one page when they spill.
pub const SEEN_PAGE: usize = 256;
/// How long an applied event is remembered, in milliseconds: WhatsApp redelivers for up to 7 days
/// (webhooks overview and throughput pages), and a day for clocks and queues.
pub const SEEN_MILLIS: u64 = 8 * 24 * 60 * 60 * 1000;
/// Uses of an `Idempotency-Key` that a document remembers with the hash of their body.
pub const KEY_USES: usize = 16;
/// Tags of a conversation. With the longest ids they take 20 KB.
pub const CASE_TAGS: usize = 50;
/// People of the team whose conversation it is.
pub const CASE_AGENTS: usize = 20;
/// Events applied in one commit. Each may add [`INBOUND_BYTES`] and a flow's turn of messages (32 KiB), which stay in
/// the document until the next turn.
pub const EVENTS_A_COMMIT: usize = 6;
/// Messages of the contact that wait while a session waits for a call (design section 3). The next one is refused, for
/// the provider to deliver again.
pub const QUEUE: usize = 32;
/// Due timers fired in one touch, of which each may add a flow's turn of messages: what keeps a flow of zero-length
/// timers from running for ever. The next touch goes on.
pub const TIMERS_A_TOUCH: usize = 6;
/// Phone calls that a conversation remembers. Each takes some 700 bytes.
pub const PHONE_CALLS: usize = 20;
/// Notices that wait to be delivered to webhooks. Each takes some 250 bytes, and 1 KiB with the longest name of a workflow.
pub const NOTICES: usize = 64;
/// How long it is tried to deliver a notice, in milliseconds: issue 6.
pub const NOTICE_MILLIS: u64 = 24 * 60 * 60 * 1000;
