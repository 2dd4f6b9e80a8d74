//! The body of `POST /ops/channels`.

use channels::telephony::language_is_valid;
use conversation::E164;
use fields::{Errors, FieldError, Given, Object};
use serde_json::Value;
use teams::{Credentials, Kind, team_name_is_valid};
use uuid::Uuid;
use webchat::origin_is_valid;

/// The longest credential, in characters. WhatsApp's tokens take some 200.
const MAX_CREDENTIAL: usize = 4096;

/// The longest origin, in characters, where they are of no use.
const MAX_ORIGIN: usize = 255;
/// The most origins of one account.
const MAX_ORIGINS: usize = 50;

/// What is to be set.
pub struct Wanted {
    pub team: String,
    pub kind: Kind,
    pub account: String,
    pub credentials: Option<Credentials>,
    pub agent_id: Option<Uuid>,
    pub workflow_id: Option<Uuid>,
    /// Absent: it stays as it is.
    pub business_account_id: Given<String>,
    pub allowed_origins: Vec<String>,
    pub language: Option<String>,
    pub transfer_to: Option<String>,
    /// Absent: it stays as it is.
    pub mark_as_read: Given<bool>,
}

pub fn wanted(body: &Value) -> Result<Wanted, Vec<FieldError>> {
    let errors = Errors::new();
    let fields = errors.body(body);
    fields.only(&[
        "team",
        "type",
        "account",
        "credentials",
        "agent_id",
        "workflow_id",
        "business_account_id",
        "allowed_origins",
        "language",
        "transfer_to",
        "mark_as_read",
    ]);
    let team = fields.required_text("team", 64);
    if !team.is_empty() && !team_name_is_valid(&team) {
        fields.error("team", "must be 1 to 64 letters, digits, -, _ or ., and not \"public\"");
    }
    let kind = kind(&fields);
    let account = fields.required_text("account", 64);
    if let Some(kind) = kind
        && !account.is_empty()
    {
        check_account(&fields, kind, &account);
    }
    let credentials = kind.and_then(|kind| credentials(&fields, kind));
    let agent_id = id(&fields, "agent_id");
    let workflow_id = id(&fields, "workflow_id");
    if agent_id.is_some() && workflow_id.is_some() {
        fields.error("workflow_id", "must not be given together with agent_id");
    }
    let business_account_id = business_account(&fields, kind);
    let allowed_origins = allowed_origins(&fields, kind);
    let language = spoken(&fields, kind);
    let transfer_to = transfer_to(&fields, kind);
    let mark_as_read = fields.boolean("mark_as_read");
    if matches!(mark_as_read, Given::Value(true)) && kind.is_some_and(|k| k != Kind::Whatsapp) {
        fields.error("mark_as_read", "only whatsapp shows a contact that its message was read");
    }
    let kind = errors.into_result(kind)?;
    let kind = kind.ok_or_else(|| vec![FieldError::new("/type", "required")])?;
    Ok(Wanted {
        team,
        kind,
        account,
        credentials,
        agent_id,
        workflow_id,
        business_account_id,
        allowed_origins,
        language,
        transfer_to,
        mark_as_read,
    })
}

/// The language of calls.
fn spoken(fields: &Object<'_, '_>, kind: Option<Kind>) -> Option<String> {
    let language = fields.text("language", 35).value()?;
    check_is_for_calls(fields, "language", kind);
    if !language_is_valid(&language) {
        fields.error("language", "must be a language tag of BCP 47, such as en-US or es");
    }
    Some(language)
}

/// Whom calls are put through to.
fn transfer_to(fields: &Object<'_, '_>, kind: Option<Kind>) -> Option<String> {
    let number = fields.text("transfer_to", 64).value()?;
    check_is_for_calls(fields, "transfer_to", kind);
    let phone = E164::parse(&number).ok();
    if phone.is_none() {
        fields.error("transfer_to", "must be a phone number, such as +14155550123");
    }
    phone.map(|phone| phone.to_string())
}

fn check_is_for_calls(fields: &Object<'_, '_>, name: &str, kind: Option<Kind>) {
    if kind.is_some_and(|kind| kind != Kind::Telephony) {
        fields.error(name, "only a telephony account has one");
    }
}

/// The id of the WhatsApp Business Account, where the templates are: digits, as all ids of the Graph API.
fn business_account(fields: &Object<'_, '_>, kind: Option<Kind>) -> Given<String> {
    let given = fields.text("business_account_id", 64);
    if let Given::Value(id) = &given {
        if kind.is_some_and(|kind| kind != Kind::Whatsapp) {
            fields.error("business_account_id", "only a whatsapp account has one");
        } else if id.is_empty() || !id.bytes().all(|b| b.is_ascii_digit()) {
            fields.error("business_account_id", "must be the WhatsApp Business Account id: digits");
        }
    }
    given
}

/// The pages that may use a web chat.
fn allowed_origins(fields: &Object<'_, '_>, kind: Option<Kind>) -> Vec<String> {
    if kind != Some(Kind::Webchat) {
        return fields.texts("allowed_origins", MAX_ORIGIN).value().unwrap_or_default();
    }
    let origins = fields.list("allowed_origins", |value, path| {
        let origin = value.as_str().filter(|origin| origin_is_valid(origin));
        if origin.is_none() {
            let must_be = "must be an origin as browsers send it, such as https://shop.example";
            fields.error_at(path, must_be);
        }
        origin.map(str::to_owned)
    });
    let given = match fields.any("allowed_origins") {
        Given::Value(Value::Array(given)) => Some(given.len()),
        // That it is no list was said.
        Given::Value(_) => None,
        Given::Absent | Given::Null => Some(0),
    };
    if given == Some(0) {
        fields.error("allowed_origins", "required: the origins of the pages that may use it");
    }
    if given.is_some_and(|given| given > MAX_ORIGINS) {
        fields.error("allowed_origins", format!("must be at most {MAX_ORIGINS} origins"));
    }
    origins.value().unwrap_or_default()
}

fn kind(fields: &Object<'_, '_>) -> Option<Kind> {
    if !fields.given("type") {
        fields.error("type", "required: whatsapp, telephony or webchat");
    }
    let name = fields.one_of("type", &["whatsapp", "telephony", "webchat"]).value()?;
    Kind::from_name(&name)
}

fn check_account(fields: &Object<'_, '_>, kind: Kind, account: &str) {
    match kind {
        Kind::Whatsapp if !account.bytes().all(|b| b.is_ascii_digit()) => {
            fields.error("account", "must be the phone number id: digits");
        }
        Kind::Telephony
            if E164::parse(account).map(|e164| e164.to_string()).as_deref() != Ok(account) =>
        {
            fields.error("account", "must be a phone number, such as +14155550123");
        }
        Kind::Webchat if !team_name_is_valid(account) => {
            fields.error("account", "must be a name of letters, digits, -, _ or .");
        }
        _ => {}
    }
}

fn credentials(fields: &Object<'_, '_>, kind: Kind) -> Option<Credentials> {
    if kind == Kind::Webchat {
        if fields.given("credentials") {
            fields.error("credentials", "webchat has none: give allowed_origins");
        }
        return None;
    }
    if !fields.given("credentials") {
        fields.error("credentials", "required");
    }
    let given = fields.object("credentials").value()?;
    let text = |name| given.required_text(name, MAX_CREDENTIAL);
    if kind == Kind::Whatsapp {
        given.only(&["access_token", "app_secret", "verify_token"]);
        return Some(Credentials::Whatsapp {
            access_token: text("access_token"),
            app_secret: text("app_secret"),
            verify_token: text("verify_token"),
        });
    }
    given.only(&["account_sid", "auth_token"]);
    Some(Credentials::Telephony {
        account_sid: text("account_sid"),
        auth_token: text("auth_token"),
    })
}

fn id(fields: &Object<'_, '_>, name: &str) -> Option<Uuid> {
    let text = fields.text(name, 100).value()?;
    let id = text.parse().ok();
    if id.is_none() {
        fields.error(name, "must be a UUID");
    }
    id
}
