//! The numbers that bound a workflow and a turn, in one place. What a channel's provider limits is here too
//! as far as the language promises to keep within it, whatever the channel.

/// Nodes in one graph.
pub const MAX_NODES: usize = 1_000;
/// Edges in one graph: every node with ten ports.
pub const MAX_EDGES: usize = 10_000;
/// Cases in one `branch`.
pub const MAX_CASES: usize = 50;
/// Items in one condition, those of its groups included.
pub const MAX_CONDITIONS: usize = 50;
/// Characters of a pattern that `matches` looks for.
pub const MAX_PATTERN_CHARS: usize = 512;
/// Bytes of a pattern when compiled: 512 letters take 28 KB. The slowest that fits, `(a?){177}b`, takes 64 ms for 4,096
/// characters (measured with regex-lite 0.1.9, optimised for size); one for addresses or numbers takes 1 to 2 KB.
pub const MAX_PATTERN_BYTES: usize = 32 * 1024;
/// Characters that the patterns of one turn may search through, two seconds with the slowest of them; more fails the
/// session with `pattern_limit`. An answer of a hundred characters can be searched a thousand times.
pub const MAX_SEARCHED_CHARS: usize = 128 * 1024;
/// Characters in the id of a node, a choice or a case.
pub const MAX_ID_CHARS: usize = 100;
/// Characters in a variable's name.
pub const MAX_NAME_CHARS: usize = 64;
/// Issues that one validation reports; what is found after these is not reported.
pub const MAX_ISSUES: usize = 1_000;

/// Nodes entered in one turn; the next one fails the session with `step_limit`.
pub const MAX_STEPS: usize = 100;
/// Messages sent in one turn; the next one fails the session with `turn_limit`.
pub const MAX_TURN_MESSAGES: usize = 20;
/// Changes of the contact in one turn, what five full `set` nodes make; the next one fails the session with `turn_limit`.
pub const MAX_TURN_CHANGES: usize = 5 * 3 * MAX_SET;
/// Bytes of all messages of one turn and of its changes of the contact as JSON, since a conversation's document holds both
/// until they are delivered; more fails the session with `turn_limit`.
pub const MAX_TURN_BYTES: usize = 32 * 1024;
/// Trace entries kept of one turn; later ones are left out, but for the way that a message takes.
pub const MAX_TRACE: usize = 500;
/// Characters that one template may give; more fails the session with `template_limit`.
pub const MAX_TEMPLATE_CHARS: usize = 10_000;
/// Instructions that one template may execute; more fails the session with `template_limit`.
pub const TEMPLATE_FUEL: u64 = 10_000;
/// Characters between `{{` and `}}`. A chain of 2,000 links still fits a stack of 1 MB, 5,000 do not (measured with
/// minijinja 3.0); wasmtime gives a component half of that.
pub const MAX_EXPRESSION_CHARS: usize = 500;
/// How deep the brackets in an expression may be nested. A hundred take 200 KB of stack.
pub const MAX_EXPRESSION_BRACKETS: isize = 20;
/// Bytes of a trigger's context as JSON. Checked by whoever accepts a trigger.
pub const MAX_CONTEXT_BYTES: usize = 16 * 1024;
/// Bytes of a session's variables as JSON; more fails the session with `vars_limit`.
pub const MAX_VARS_BYTES: usize = 32 * 1024;
/// Bytes of a state as JSON at most: its variables; an answer of which every character is written as six (`\u0001`): a
/// text, a payload, an address, an id, and the name and address of a place; and where it stands, with 16 callers.
/// Usual ones have a few hundred. Conversations bound all their sessions together.
pub const MAX_STATE_BYTES: usize = MAX_VARS_BYTES
    + 6 * (MAX_TEXT_CHARS + MAX_PAYLOAD_BYTES + 3 * MAX_URL_CHARS + MAX_MEDIA_ID_CHARS)
    + (MAX_CALLS + 2) * 6 * (2 * MAX_ID_CHARS + 64);
/// Bytes of an effect as JSON at most: twenty headers and a body, or a prompt, an input and fifty labels, of which
/// every character is written as six. Usual ones have a few hundred.
pub const MAX_EFFECT_BYTES: usize = 6
    * (MAX_URL_CHARS
        + MAX_HTTP_HEADERS * (MAX_HEADER_VALUE_CHARS + MAX_NAME_CHARS)
        + MAX_HTTP_SENT_BYTES);
/// How deep a value that is kept may be nested. serde_json reads 127 levels and no more, and what is kept stands within
/// other documents: a variable that is set to a list of itself would one day make them unreadable for good.
pub const MAX_VALUE_DEPTH: usize = 64;

/// Flows, rules or questions considered for one message that the trace shows, of each the best.
pub const MAX_CONSIDERED: usize = 20;
/// Bytes of a workflow that the language model is told; the rest is left out. Some 6,000 tokens at four bytes each.
pub const MAX_INSTRUCTIONS_BYTES: usize = 24 * 1024;
/// Bytes of what an agent knows that the language model is told; whole items beyond are left out. With the instructions
/// and what was said it fits a window of 32,000 tokens at four bytes each; fifty texts of 2,500 characters do not.
/// Kept by whoever asks the model, as is the next.
pub const MAX_KNOWLEDGE_BYTES: usize = 48 * 1024;
/// Bytes of the conversation's latest messages that the language model is told.
pub const MAX_HISTORY_BYTES: usize = 16 * 1024;
/// Bytes of the names of scripts that the language model may start; those after these are not offered. A hundred names
/// of forty letters, which stay in the conversation's document until it has answered.
pub const MAX_TOOL_FLOWS_BYTES: usize = 4 * 1024;
/// Messages of the conversation that the language model sees before the one that it answers.
pub const MODEL_HISTORY: u32 = 10;

/// Workflows that may be called from within one another.
pub const MAX_CALLS: usize = 16;
/// Bytes that an `http` node may send as body.
pub const MAX_HTTP_SENT_BYTES: usize = 16 * 1024;
/// Bytes that are read of the answer to an `http` node; more is an error. Kept by whoever carries it out.
pub const MAX_HTTP_READ_BYTES: usize = 256 * 1024;
/// Bytes of JSON that an `http` node may save; more is an error.
pub const MAX_HTTP_SAVED_BYTES: usize = 16 * 1024;
/// Seconds that an `http` node may wait for an answer: a host begins a send up to 30 s after its commit, and holds it
/// for 90 s.
pub const MAX_HTTP_SECONDS: u32 = 20;

/// Seconds that an `http` node waits when it does not say how long.
pub const DEFAULT_HTTP_SECONDS: u32 = 10;
/// Characters in an address that an `http` node calls, or at which an attachment can be fetched: what every server and
/// proxy takes.
pub const MAX_URL_CHARS: usize = 2_048;
/// Headers of one `http` node.
pub const MAX_HTTP_HEADERS: usize = 20;
/// Characters in the value of a header: half of the 8 KiB that most servers take as one line.
pub const MAX_HEADER_VALUE_CHARS: usize = 4_096;

/// Messages of the conversation that an `ai` node may send along.
pub const MAX_HISTORY: u32 = 20;
/// Messages of the conversation that an `ai` node sends along when it does not say how many.
pub const DEFAULT_HISTORY: u32 = 10;
/// Characters in the description of a label of an `ai` node.
pub const MAX_LABEL_DESCRIPTION_CHARS: usize = 500;

/// Fields of the contact that one `set` may set, tags that it may add, and tags that it may remove.
pub const MAX_SET: usize = 20;
/// Bytes of JSON in a field of the contact that a workflow sets.
pub const MAX_CONTACT_FIELD_BYTES: usize = 1_024;
/// Fields of its own that a team may have in one contact, which with the largest values make a document of 200 KiB; a
/// further one is dropped.
pub const MAX_CONTACT_FIELDS: usize = 200;
/// Tags of one contact; a further one is dropped.
pub const MAX_CONTACT_TAGS: usize = 100;
/// Characters in a tag of the contact.
pub const MAX_TAG_CHARS: usize = 100;
/// Bytes of JSON that the templates within one value may give together: twice what a session may keep. A definition
/// could otherwise repeat a large variable thousands of times before anyone measures the sum.
pub const MAX_VALUE_BYTES: usize = 2 * MAX_VARS_BYTES;

/// The weight of an arm of a `split`: a millionth of all contacts is the smallest share.
pub const MAX_WEIGHT: f64 = 1_000_000.0;

/// Minutes that a node may wait: 30 days.
pub const MAX_WAIT_MINUTES: f64 = 30.0 * 24.0 * 60.0;
/// Days ahead that a `wait` may wait `until`: a year. What is later is taken for a slip of the pen.
pub const MAX_UNTIL_DAYS: u64 = 366;
/// Times that an `ask` repeats its question when it does not say how often.
pub const DEFAULT_RETRIES: u32 = 2;
/// Times that an `ask` may repeat its question.
pub const MAX_RETRIES: u32 = 10;

/// Bytes that are kept of an answer's payload: ids are 256 characters at most, a filled form may be more.
pub const MAX_PAYLOAD_BYTES: usize = 8 * 1024;
/// Characters that are kept of a provider's id of an attachment.
pub const MAX_MEDIA_ID_CHARS: usize = 512;

// From here on: WhatsApp Cloud API, Meta's reference for messages (contract/channel-whatsapp.md, «Limits»).

/// Characters of a text message, and of the text above a list.
pub const MAX_TEXT_CHARS: usize = 4_096;
/// Characters of the text above reply buttons.
pub const MAX_BUTTONS_TEXT_CHARS: usize = 1_024;
/// Characters of the header of a message with buttons or a list.
pub const MAX_HEADER_CHARS: usize = 60;
/// Characters of the footer of a message with buttons or a list.
pub const MAX_FOOTER_CHARS: usize = 60;
/// Characters of the words beside a picture, a film or a document.
pub const MAX_CAPTION_CHARS: usize = 1_024;
/// Characters of a document's name: what file systems take.
pub const MAX_FILENAME_CHARS: usize = 240;
/// Reply buttons in one message.
pub const MAX_BUTTONS: usize = 3;
/// Characters of a button's title, and of the label that opens a list.
pub const MAX_BUTTON_TITLE_CHARS: usize = 20;
/// Characters of a button's id.
pub const MAX_BUTTON_ID_CHARS: usize = 256;
/// Rows in one list, over all its sections; also quick replies of one template.
pub const MAX_ROWS: usize = 10;
/// Characters of a row's id.
pub const MAX_ROW_ID_CHARS: usize = 200;
/// Characters of a row's title, and of a section's.
pub const MAX_ROW_TITLE_CHARS: usize = 24;
/// Characters of a row's description.
pub const MAX_ROW_DESCRIPTION_CHARS: usize = 72;
/// Characters of a template's name.
pub const MAX_TEMPLATE_NAME_CHARS: usize = 512;
/// Characters of a template quick reply's title.
pub const MAX_QUICK_REPLY_TITLE_CHARS: usize = 25;
