//! One operation: a method of a path, what it takes and what it answers.

use serde_json::{Value, json};

use crate::schemas::reference;

/// The methods that the surfaces have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// Reads.
    Get,
    /// Creates, or does.
    Post,
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
    parameters: Vec<Parameter>,
    body: Option<(Value, Option<Value>)>,
    success: Option<(u16, &'static str, Value)>,
    errors: Vec<u16>,
    is_built: bool,
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
        let (about, scope, body, success) = (None, None, None, None);
        let mut errors = vec![500, 503];
        if path.contains('{') {
            errors.push(404);
        }
        let mut parameters: Vec<Parameter> = path
            .split('/')
            .filter_map(|step| Some(Parameter::named(step.strip_prefix('{')?.strip_suffix('}')?)))
            .collect();
        parameters.push(Parameter::named("X-Request-Id"));
        if method != Method::Get {
            // The body is read for the key also where there is nothing in it to read: it may be too large.
            errors.extend([400, 409, 413]);
            parameters.push(Parameter::named("Idempotency-Key"));
        }
        Self {
            method,
            path,
            tag,
            id,
            summary,
            about,
            scope,
            parameters,
            body,
            success,
            errors,
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

    /// That a key makes no difference: each answer is another one.
    #[must_use]
    pub fn without_idempotency(mut self) -> Self {
        self.parameters.retain(|Parameter(parameter)| {
            parameter["$ref"] != "#/components/parameters/Idempotency-Key"
        });
        self.errors.retain(|status| ![400, 409, 413].contains(status));
        self
    }

    /// A parameter; a wrong one is a 400.
    #[must_use]
    pub fn parameter(mut self, parameter: Parameter) -> Self {
        self.parameters.push(parameter);
        self.errors.push(400);
        self
    }

    /// That it is a page of a list, sorted by one of these.
    #[must_use]
    pub fn page(mut self, sortable: &[&str]) -> Self {
        self.parameters.extend(["page", "limit", "search"].map(Parameter::named));
        let both = sortable.iter().flat_map(|by| [(*by).to_owned(), format!("-{by}")]);
        let mut sort: Vec<String> = both.collect();
        let about = "A field to sort by; with `-` before it, from the greatest down.";
        if sort.is_empty() {
            self.errors.push(400);
            return self;
        }
        // As if it were not there: what forms send.
        sort.push(String::new());
        self.parameter(Parameter::query("sort", about, json!({"type": "string", "enum": sort})))
    }

    /// The body, by the name of its schema, with an example.
    #[must_use]
    pub fn body(mut self, name: &str, example: Value) -> Self {
        self.body = Some((reference(name), Some(example)));
        self.errors.extend([400, 413, 415]);
        self
    }

    /// What it answers when all is well: JSON, by the name of its schema.
    #[must_use]
    pub fn answers(mut self, status: u16, about: &'static str, name: &str) -> Self {
        let content = json!({"application/json": {"schema": reference(name)}});
        self.success = Some((status, about, content));
        self
    }

    /// What it answers when all is well, by content type.
    #[must_use]
    pub fn answers_with(mut self, status: u16, about: &'static str, content: Value) -> Self {
        self.success = Some((status, about, content));
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
    pub(crate) fn to_json(&self, security: &Value) -> Value {
        let mut json = json!({"tags": [self.tag], "operationId": self.id, "summary": self.summary});
        let scope = self.scope.map(|scope| format!("Scope: `{scope}`."));
        let about: Vec<&str> = self.about.into_iter().chain(scope.as_deref()).collect();
        if !about.is_empty() {
            json["description"] = about.join(" ").into();
        }
        json["security"] = if self.scope.is_some() { security.clone() } else { json!([]) };
        let parameters = self.parameters.iter().map(|Parameter(parameter)| parameter.clone());
        json["parameters"] = parameters.collect();
        if let Some((schema, example)) = &self.body {
            let mut content = json!({"schema": schema});
            if let Some(example) = example {
                content["example"] = example.clone();
            }
            json["requestBody"] =
                json!({"required": true, "content": {"application/json": content}});
        }
        if !self.is_built {
            json["x-not-implemented"] = true.into();
        }
        if let Some((status, about, content)) = &self.success {
            let mut answer =
                json!({"description": about, "headers": headers(self.scope.is_some())});
            if !content.is_null() {
                answer["content"] = content.clone();
            }
            if self.method != Method::Get {
                answer["headers"]["Idempotent-Replayed"] =
                    json!({"$ref": "#/components/headers/Idempotent-Replayed"});
            }
            json["responses"][status.to_string()] = answer;
        }
        let mut errors = self.errors.clone();
        errors.sort_unstable();
        errors.dedup();
        for status in errors {
            json["responses"][status.to_string()] =
                json!({"$ref": format!("#/components/responses/{status}")});
        }
        json
    }
}

/// The headers of an answer, which components name. Limits are counted by key.
pub(crate) fn headers(counted: bool) -> Value {
    let mut names = vec!["X-Request-Id"];
    if counted {
        names.extend(["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"]);
    }
    let named = |name: &str| json!({"$ref": format!("#/components/headers/{name}")});
    Value::Object(names.into_iter().map(|name| (name.to_owned(), named(name))).collect())
}
