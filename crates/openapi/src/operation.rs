//! One operation: a method of a path, what it takes and what it answers.

use serde_json::{Value, json};

use crate::Conventions;
use crate::conventions::headers;
use crate::schemas::reference;

/// The methods that the surfaces have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// Reads.
    Get,
    /// Creates, or does.
    Post,
    /// Puts in place.
    Put,
    /// Changes.
    Patch,
    /// Removes.
    Delete,
}

impl Method {
    /// As a document writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Post => "post",
            Self::Put => "put",
            Self::Patch => "patch",
            Self::Delete => "delete",
        }
    }
}

/// A parameter of the query, the path or the headers.
#[derive(Debug, Clone)]
pub struct Parameter(pub(crate) Value);

impl Parameter {
    /// One of the query, with its schema.
    #[must_use]
    pub fn query(name: &str, about: &str, schema: Value) -> Self {
        Self(json!({"name": name, "in": "query", "description": about, "schema": schema}))
    }

    /// One of the headers.
    #[must_use]
    pub fn header(name: &str, about: &str, schema: Value) -> Self {
        Self(json!({"name": name, "in": "header", "description": about, "schema": schema}))
    }

    /// The same, and it must be there.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.0["required"] = true.into();
        self
    }

    /// One that the document has under a name.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self(json!({"$ref": format!("#/components/parameters/{name}")}))
    }
}

/// An operation.
#[derive(Debug, Clone)]
pub struct Operation {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) tag: &'static str,
    pub(crate) id: &'static str,
    summary: &'static str,
    about: Option<&'static str>,
    scope: Option<&'static str>,
    security: Option<Value>,
    /// Besides those of the path and those that all operations have.
    parameters: Vec<Parameter>,
    body: Option<Body>,
    successes: Vec<(u16, &'static str, Value)>,
    /// Headers of these answers besides those that all have.
    headers: Vec<(&'static str, &'static str)>,
    /// Besides those that follow from what it takes.
    errors: Vec<u16>,
    has_key: bool,
    is_page: bool,
    is_built: bool,
}

/// What is sent.
#[derive(Debug, Clone)]
struct Body {
    schema: Value,
    example: Value,
    about: Option<&'static str>,
    required: bool,
}

impl Operation {
    /// An operation of a tag. `path` is that of the document, such as `/workflows/{workflowId}`.
    #[must_use]
    pub fn new(
        tag: &'static str,
        method: Method,
        path: &'static str,
        id: &'static str,
        summary: &'static str,
    ) -> Self {
        let mut errors = vec![500, 503];
        if path.contains('{') {
            errors.push(404);
        }
        Self {
            method,
            path,
            tag,
            id,
            summary,
            about: None,
            scope: None,
            security: None,
            parameters: Vec::new(),
            body: None,
            successes: Vec::new(),
            headers: Vec::new(),
            errors,
            has_key: method != Method::Get,
            is_page: false,
            is_built: true,
        }
    }

    /// That it is not built: it finds out who asks, and says so.
    #[must_use]
    pub fn not_implemented(mut self) -> Self {
        self.is_built = false;
        self.errors.push(501);
        self
    }

    /// What is to be said of it besides.
    #[must_use]
    pub fn about(mut self, about: &'static str) -> Self {
        self.about = Some(about);
        self
    }

    /// That it needs a key with this scope.
    #[must_use]
    pub fn scope(mut self, scope: &'static str) -> Self {
        self.scope = Some(scope);
        self.errors.extend([401, 403, 429]);
        self
    }

    /// That it asks who it is in another way than the document says.
    #[must_use]
    pub fn asks_by(mut self, security: Value) -> Self {
        self.security = Some(security);
        self
    }

    /// That an `Idempotency-Key` makes no difference: each answer is another one.
    #[must_use]
    pub fn without_idempotency(mut self) -> Self {
        self.has_key = false;
        self
    }

    /// That an id of the path which is of nothing counts as what is wrong with the request.
    #[must_use]
    pub fn unknown_is_invalid(mut self) -> Self {
        self.errors.retain(|status| *status != 404);
        self
    }

    /// A parameter; a wrong one is refused.
    #[must_use]
    pub fn parameter(mut self, parameter: Parameter) -> Self {
        self.parameters.push(parameter);
        self
    }

    /// That it is a page of a list, sorted by one of these.
    #[must_use]
    pub fn page(mut self, sortable: &[&str]) -> Self {
        self.is_page = true;
        self.parameters.extend(["page", "limit", "search"].map(Parameter::named));
        let both = sortable.iter().flat_map(|by| [(*by).to_owned(), format!("-{by}")]);
        let mut sort: Vec<String> = both.collect();
        let about = "A field to sort by; with `-` before it, from the greatest down.";
        if sort.is_empty() {
            return self;
        }
        // As if it were not there: what forms send.
        sort.push(String::new());
        self.parameter(Parameter::query("sort", about, json!({"type": "string", "enum": sort})))
    }

    /// The body, by the name of its schema, with an example.
    #[must_use]
    pub fn body(mut self, name: &str, example: Value) -> Self {
        self.body = Some(Body { schema: reference(name), example, about: None, required: true });
        self
    }

    /// The body where no field of it must be there: then there may be none, and PHP clients write an object without
    /// fields as `[]`.
    #[must_use]
    pub fn body_if_any(mut self, name: &str, example: Value) -> Self {
        let empty = json!({"type": "array", "maxItems": 0});
        let schema = json!({"anyOf": [reference(name), empty]});
        self.body = Some(Body { schema, example, about: None, required: false });
        self
    }

    /// What the body is for.
    #[must_use]
    pub fn about_body(mut self, about: &'static str) -> Self {
        if let Some(body) = &mut self.body {
            body.about = Some(about);
        }
        self
    }

    /// What it answers when all is well: JSON, by the name of its schema. There may be several.
    #[must_use]
    pub fn answers(self, status: u16, about: &'static str, name: &str) -> Self {
        self.answers_with(status, about, json!({"application/json": {"schema": reference(name)}}))
    }

    /// That it answers a flat list of at most so many things, each with a schema of this name.
    #[must_use]
    pub fn answers_list(self, about: &'static str, item: &str, most: Option<usize>) -> Self {
        let mut schema = json!({"type": "array", "items": reference(item)});
        if let Some(most) = most {
            schema["maxItems"] = most.into();
        }
        self.answers_with(200, about, json!({"application/json": {"schema": schema}}))
    }

    /// What it answers when all is well, by content type.
    #[must_use]
    pub fn answers_with(mut self, status: u16, about: &'static str, content: Value) -> Self {
        self.successes.push((status, about, content));
        self
    }

    /// A header that is in the answer when all is well, always.
    #[must_use]
    pub fn answers_header(mut self, name: &'static str, about: &'static str) -> Self {
        self.headers.push((name, about));
        self
    }

    /// Statuses besides those that follow from what it takes.
    #[must_use]
    pub fn errors(mut self, statuses: &[u16]) -> Self {
        self.errors.extend(statuses);
        self
    }

    /// Whether it does more than to say that it is not built.
    #[must_use]
    pub fn is_built(&self) -> bool {
        self.is_built
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> Method {
        self.method
    }

    /// The path, as the document has it.
    #[must_use]
    pub fn path(&self) -> &'static str {
        self.path
    }

    /// The operation, as a document writes it. `security` is that of operations that need a key.
    pub(crate) fn to_json(&self, conventions: Conventions, security: &Value) -> Value {
        let mut json = json!({"tags": [self.tag], "operationId": self.id, "summary": self.summary});
        let scope = self.scope.filter(|_| conventions.has_scopes);
        let scope = scope.map(|scope| format!("Scope: `{scope}`."));
        let about: Vec<&str> = self.about.into_iter().chain(scope.as_deref()).collect();
        if !about.is_empty() {
            json["description"] = about.join(" ").into();
        }
        let none = json!([]);
        let asked = if self.scope.is_some() { security } else { &none };
        json["security"] = self.security.as_ref().unwrap_or(asked).clone();
        json["parameters"] = self.all_parameters(conventions);
        if let Some(body) = &self.body {
            json["requestBody"] = body.to_json();
        }
        if !self.is_built {
            json["x-not-implemented"] = true.into();
        }
        for (status, about, content) in &self.successes {
            json["responses"][status.to_string()] = self.success(conventions, about, content);
        }
        for status in self.all_errors(conventions) {
            json["responses"][status.to_string()] =
                json!({"$ref": format!("#/components/responses/{status}")});
        }
        json
    }

    fn all_parameters(&self, conventions: Conventions) -> Value {
        let steps = self.path.split('/');
        let mut all: Vec<Parameter> = steps
            .filter_map(|step| Some(Parameter::named(step.strip_prefix('{')?.strip_suffix('}')?)))
            .collect();
        if conventions.has_request_id {
            all.push(Parameter::named("X-Request-Id"));
        }
        if self.has_key {
            all.push(Parameter::named("Idempotency-Key"));
        }
        all.iter().chain(&self.parameters).map(|Parameter(parameter)| parameter.clone()).collect()
    }

    fn success(&self, conventions: Conventions, about: &str, content: &Value) -> Value {
        let headers = headers(conventions, self.scope.is_some());
        let mut answer = json!({"description": about, "headers": headers});
        if !content.is_null() {
            answer["content"] = content.clone();
        }
        for (name, about) in &self.headers {
            let text = json!({"type": "string"});
            answer["headers"][*name] =
                json!({"required": true, "schema": text, "description": about});
        }
        if self.method != Method::Get {
            answer["headers"]["Idempotent-Replayed"] =
                json!({"$ref": "#/components/headers/Idempotent-Replayed"});
        }
        answer
    }

    fn all_errors(&self, conventions: Conventions) -> Vec<u16> {
        let mut errors = self.errors.clone();
        if self.has_key || self.is_page || self.body.is_some() || !self.parameters.is_empty() {
            errors.push(conventions.invalid);
        }
        if self.has_key {
            // The body is read for the key also where there is nothing in it to read: it may be too large.
            errors.extend([409, 413]);
        }
        if self.body.is_some() {
            errors.extend([413, 415]);
        }
        errors.sort_unstable();
        errors.dedup();
        errors
    }
}

impl Body {
    fn to_json(&self) -> Value {
        let content = json!({"schema": self.schema, "example": self.example});
        let mut json = json!({"required": self.required, "content": {"application/json": content}});
        if let Some(about) = self.about {
            json["description"] = about.into();
        }
        json
    }
}
