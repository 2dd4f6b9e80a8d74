//! What all operations of a surface have in common: what is said of a wrong request, headers, the answers of errors.

use serde_json::{Map, Value, json};

/// The errors that every surface but the console says in the same words: the status, what it means, the text of the example.
pub(crate) const ERRORS: &[(u16, &str, &str)] = &[
    (
        409,
        "The Idempotency-Key came before, with another request.",
        "This Idempotency-Key was used with another body.",
    ),
    (413, "The body is too large.", "The body may be at most 1048576 bytes."),
    (
        415,
        "The body is not JSON by its content type.",
        "The body must be sent as application/json, not text/plain.",
    ),
    (
        429,
        "The key has used up its limit.",
        "This API key may make 120 requests a minute. Try again later.",
    ),
    (500, "An error of the server.", "Internal error."),
    (
        503,
        "It could not be done now; the same request may succeed later.",
        "This could not be done now. Try again.",
    ),
];

/// How a surface speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conventions {
    /// The status of a body or a parameter that is wrong.
    pub invalid: u16,
    /// Whether a request may have an `X-Request-Id`, which comes back.
    pub has_request_id: bool,
    /// Whether operations differ in the scope that a key needs: else the document says it once.
    pub has_scopes: bool,
}

/// An error that operations answer.
#[derive(Debug, Clone)]
pub struct ErrorAnswer {
    /// The status.
    pub status: u16,
    /// What it means.
    pub about: &'static str,
    /// What the body is.
    pub schema: Value,
    /// A body.
    pub example: Value,
}

impl Conventions {
    /// All that operations refer to: these schemas and parameters, each by name, these errors by their status, and what
    /// every surface has.
    #[must_use]
    pub fn components(
        self,
        schemas: Value,
        parameters: Map<String, Value>,
        errors: Vec<ErrorAnswer>,
    ) -> Value {
        let mut parameters = parameters;
        if self.has_request_id {
            parameters.insert("X-Request-Id".to_owned(), request_id());
        }
        parameters.insert("Idempotency-Key".to_owned(), idempotency_key());
        let errors = errors.into_iter().map(|error| (error.status.to_string(), error.answer(self)));
        json!({
            "schemas": schemas,
            "parameters": parameters,
            "headers": self.header_schemas(),
            "responses": Map::from_iter(errors),
            "securitySchemes": {},
        })
    }

    fn header_schemas(self) -> Value {
        let whole = json!({"type": "integer", "minimum": 0});
        let limited = "There where the key has a limit.";
        let mut all = json!({
            "X-Request-Id": {"required": true, "schema": {"type": "string"}, "description": "That of the request, else a new one."},
            "X-RateLimit-Limit": {"schema": whole, "description": format!("Requests a minute. {limited}")},
            "X-RateLimit-Remaining": {"schema": whole, "description": format!("Requests that are left. {limited}")},
            "X-RateLimit-Reset": {"schema": whole, "description": format!("When they are counted anew: seconds since 1970. {limited}")},
            "Idempotent-Replayed": {"schema": {"const": "true"}, "description": "There where the answer is one that was kept."},
            "Retry-After": {"schema": whole, "description": "Seconds to wait."},
        });
        if let (false, Value::Object(all)) = (self.has_request_id, &mut all) {
            all.shift_remove("X-Request-Id");
        }
        all
    }
}

impl ErrorAnswer {
    fn answer(self, conventions: Conventions) -> Value {
        let mut headers = headers(conventions, self.status != 401);
        if [429, 503].contains(&self.status) {
            headers["Retry-After"] = json!({"$ref": "#/components/headers/Retry-After"});
        }
        let content = json!({"application/json": {"schema": self.schema, "example": self.example}});
        json!({"description": self.about, "headers": headers, "content": content})
    }
}

/// The headers of an answer, which components name. Limits are counted by key.
pub(crate) fn headers(conventions: Conventions, counted: bool) -> Value {
    let mut names = Vec::new();
    if conventions.has_request_id {
        names.push("X-Request-Id");
    }
    if counted {
        names.extend(["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"]);
    }
    let named = |name: &str| json!({"$ref": format!("#/components/headers/{name}")});
    Value::Object(names.into_iter().map(|name| (name.to_owned(), named(name))).collect())
}

fn request_id() -> Value {
    json!({
        "name": "X-Request-Id", "in": "header", "schema": {"type": "string"},
        "description": "Comes back in the answer. One that is empty or longer than 128 characters is passed over.",
    })
}

fn idempotency_key() -> Value {
    json!({
        "name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "maxLength": 255},
        "description": "A request with a key that came before is not done again: it is answered as it was. \
            The same key with another body is a 409.",
    })
}

/// A parameter of the path.
pub(crate) fn path(name: &str, about: &str, schema: Value) -> Value {
    json!({"name": name, "in": "path", "required": true, "description": about, "schema": schema})
}

/// A parameter of the query.
pub(crate) fn query(name: &str, about: &str, schema: Value) -> Value {
    json!({"name": name, "in": "query", "description": about, "schema": schema})
}

/// The name of a status.
pub(crate) fn label(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        409 => "Conflict",
        413 => "Payload Too Large",
        415 => "Unsupported Media Type",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        _ => "Service Unavailable",
    }
}
