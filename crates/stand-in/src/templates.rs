//! The templates of businesses: what `GET /v24.0/{business account}/message_templates` lists, page by page.

use std::collections::HashMap;

use http::Method;
use serde_json::{Value, json};

use crate::{Answer, Called};

/// What ends the path.
const PATH: &str = "/message_templates";
/// Templates of a page where no `limit` is given (graph-api: results, paging).
const LIMIT: usize = 25;
/// What a template can be asked for.
const FIELDS: [&str; 10] = [
    "id",
    "name",
    "language",
    "status",
    "category",
    "sub_category",
    "parameter_format",
    "components",
    "quality_score",
    "rejected_reason",
];

/// A template as the provider lists it: approved, with this body.
pub fn template(name: &str, language: &str, body: &str) -> Value {
    let places = ["{{", "}}"].iter().all(|braces| body.contains(braces));
    let named = places && !body.contains("{{1}}");
    json!({
        "name": name, "language": language, "status": "APPROVED", "category": "UTILITY",
        "parameter_format": if named { "NAMED" } else { "POSITIONAL" },
        "components": [{"type": "BODY", "text": body}],
    })
}

/// Those of each business account. One that nobody said anything of has the templates of the README.
#[derive(Default)]
pub(crate) struct Listed(HashMap<String, Vec<Value>>);

impl Listed {
    pub(crate) fn set(&mut self, business_account: &str, templates: Vec<Value>) {
        self.0.insert(business_account.to_owned(), templates);
    }

    /// Whether templates are asked for.
    pub(crate) fn is_at(path: &str) -> bool {
        path.split('?').next().is_some_and(|path| path.ends_with(PATH))
    }

    /// Why the provider would not answer with templates; `None` if it would.
    pub(crate) fn refusal(called: &Called) -> Option<Answer> {
        let token = called.header("authorization").and_then(|value| value.strip_prefix("Bearer "));
        if token.is_none_or(|token| token.trim().is_empty()) {
            return Some(Answer::refuse(401, 190, "Invalid OAuth access token."));
        }
        let wrong = |what: &str| Some(Answer::refuse(400, 100, format!("(#100) {what}")));
        if called.method != Method::GET.as_str() {
            return wrong("Unsupported request.");
        }
        if business_account(&called.path).is_none() {
            return wrong("Unknown path components.");
        }
        let fields = parameter(&called.path, "fields").unwrap_or_default();
        if let Some(field) = fields.split(',').find(|field| !FIELDS.contains(field)) {
            return wrong(&format!("Tried accessing nonexisting field ({field})"));
        }
        if limit(&called.path).is_none() {
            return wrong("Param limit must be a positive integer.");
        }
        if place(&called.path).is_none() {
            return wrong("Invalid cursor.");
        }
        None
    }

    /// A page.
    pub(crate) fn page(&self, called: &Called) -> Answer {
        let account = business_account(&called.path).unwrap_or_default();
        let readme = || {
            vec![template(
                "abandoned_cart",
                "en",
                "You left something in your cart, worth {{1}}. Would you like to finish?",
            )]
        };
        let all = self.0.get(account).cloned().unwrap_or_else(readme);
        let (from, limit) =
            (place(&called.path).unwrap_or(0), limit(&called.path).unwrap_or(LIMIT));
        let page: Vec<Value> = all.iter().skip(from).take(limit).cloned().collect();
        let end = from + page.len();
        let mut body = json!({"data": page});
        if !page.is_empty() {
            body["paging"] = json!({"cursors": {"before": cursor(from), "after": cursor(end)}});
        }
        if end < all.len() {
            // Never to be followed: it would bring the token along.
            body["paging"]["next"] = json!("https://graph.example/next?access_token=a-token");
        }
        Answer::json(200, &body)
    }
}

/// The business account of `/v24.0/{business account}/message_templates`.
fn business_account(path: &str) -> Option<&str> {
    let path = path.split('?').next()?;
    let (version, rest) = path.strip_prefix('/')?.split_once('/')?;
    let account = rest.strip_suffix(PATH)?;
    let digits = !account.is_empty() && account.bytes().all(|byte| byte.is_ascii_digit());
    (version == channels::whatsapp::API_VERSION && digits).then_some(account)
}

fn parameter(path: &str, name: &str) -> Option<String> {
    let uri = format!("http://stand-in{path}").parse::<http::Uri>().ok()?;
    let pairs = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    pairs.into_iter().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

fn limit(path: &str) -> Option<usize> {
    let limit = parameter(path, "limit").map_or(Some(LIMIT), |limit| limit.parse().ok());
    limit.filter(|limit| *limit > 0)
}

/// Where a page begins. A cursor has what has to be escaped in a query.
fn place(path: &str) -> Option<usize> {
    match parameter(path, "after") {
        None => Some(0),
        Some(cursor) => cursor.strip_prefix("QVF+/")?.strip_suffix("==")?.parse().ok(),
    }
}

fn cursor(place: usize) -> String {
    format!("QVF+/{place}==")
}
