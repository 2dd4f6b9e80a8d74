//! Templates: text with `{{ context.cart_id }}` in it, over minijinja. Only `{{ }}` is a template's; there are no
//! statements and no comments, so `{%` and `{#` are plain text. What a variable holds is never read as a template.

mod address;
mod filters;
mod path;
mod scan;

use std::io;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Value, ValueKind};
use minijinja::{Environment, Error, ErrorKind, State, UndefinedBehavior};

pub(crate) use self::filters::NAMES as FILTERS;
pub(crate) use self::path::{Path, Step};
use crate::failure::Failure;
use crate::limits::{MAX_TEMPLATE_CHARS, TEMPLATE_FUEL};

/// What a variable's name may begin with. `trigger` is `context` under the trigger API's name.
pub(crate) const ROOTS: [&str; 5] = ["context", "trigger", "contact", "vars", "input"];

/// A text of a workflow: plain, or compiled among the [`Templates`] of its program.
#[derive(Debug, Clone)]
pub(crate) struct Text(Source);

#[derive(Debug, Clone)]
enum Source {
    Plain(String),
    Template {
        name: String,
        variables: Vec<Path>,
        /// Whether it is one expression and nothing else.
        single: bool,
        /// The path that it is, if nothing else.
        path: Option<Path>,
    },
}

impl Text {
    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self(Source::Plain(text.into()))
    }

    /// The text, if it has no variables.
    pub(crate) fn as_plain(&self) -> Option<&str> {
        match &self.0 {
            Source::Plain(text) => Some(text),
            Source::Template { .. } => None,
        }
    }

    /// The variable that the text is, if it is nothing else.
    pub(crate) fn as_path(&self) -> Option<&Path> {
        match &self.0 {
            Source::Plain(_) => None,
            Source::Template { path, .. } => path.as_ref(),
        }
    }
}

/// What a template gave.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Rendered {
    pub(crate) text: String,
    /// The value itself, with its type, when the template is a single expression and nothing else.
    pub(crate) value: Option<Value>,
    /// Variables that had no value.
    pub(crate) missing: Vec<String>,
}

impl Rendered {
    /// The text, if it is within the limit. (A value may be larger: a condition looks at whole lists.)
    pub(crate) fn into_text(self) -> Result<String, Failure> {
        match self.text.chars().count() {
            0..=MAX_TEMPLATE_CHARS => Ok(self.text),
            length => Err(Failure::TemplateLimit(format!("{length} characters"))),
        }
    }
}

/// Why a template cannot be used, for validation.
#[derive(Debug, PartialEq)]
pub(crate) enum Unusable {
    Syntax(String),
    UnknownRoot(String),
}

/// A text, and how many characters it has at least; `None` where that depends on the variables.
pub(crate) type Added = (Text, Option<usize>);

/// The templates of one program, compiled.
#[derive(Debug)]
pub(crate) struct Templates {
    environment: Environment<'static>,
}

impl Templates {
    pub(crate) fn new() -> Self {
        let mut environment = Environment::empty();
        // U+FDD0 and U+FDD1 are not characters, and `scan` refuses them: nobody can begin a statement or comment.
        let syntax = SyntaxConfig::builder()
            .block_delimiters("\u{FDD0}%", "%\u{FDD0}")
            .comment_delimiters("\u{FDD1}#", "#\u{FDD1}")
            .keep_trailing_newline(true)
            .build();
        if let Ok(syntax) = syntax {
            environment.set_syntax(syntax);
        }
        environment.set_undefined_behavior(UndefinedBehavior::Chainable);
        environment.set_fuel(Some(TEMPLATE_FUEL));
        environment.set_auto_escape_callback(address::encoding);
        environment.set_formatter(write_value);
        filters::register(&mut environment);
        Self { environment }
    }

    /// [`Self::add`] for an address of the web: no variable's value can break out of its place in it.
    pub(crate) fn add_address(&mut self, name: &str, source: &str) -> Result<Added, Unusable> {
        self.add(&address::name(name, source), source)
    }

    /// Compiles a text under a name of its own, and tries it without any variables.
    pub(crate) fn add(&mut self, name: &str, source: &str) -> Result<Added, Unusable> {
        if !source.contains("{{") {
            return Ok((Text::plain(source), Some(source.chars().count())));
        }
        if let Some(reason) = scan::refusal(source) {
            return Err(Unusable::Syntax(reason));
        }
        let unreadable = |error: Error| Unusable::Syntax(describe(&error));
        self.environment
            .add_template_owned(name.to_owned(), source.to_owned())
            .map_err(unreadable)?;
        let template = self.environment.get_template(name).map_err(unreadable)?;
        let mut unknown: Vec<String> = template.undeclared_variables(false).into_iter().collect();
        unknown.retain(|root| !ROOTS.contains(&root.as_str()));
        unknown.sort();
        if let Some(root) = unknown.into_iter().next() {
            return Err(Unusable::UnknownRoot(root));
        }
        let expressions = scan::expressions(source).0;
        let mut variables: Vec<Path> =
            expressions.iter().flat_map(|expression| path::all(expression.text)).collect();
        variables.sort();
        variables.dedup();
        let only = scan::only_expression(source);
        let text = Text(Source::Template {
            name: name.to_owned(),
            variables,
            single: only.is_some(),
            path: only.and_then(path::only),
        });
        match self.run(name, &[]) {
            Ok((output, _)) => Ok((text, Some(output.chars().count()))),
            Err(error) if is_certain(error.kind()) => Err(unreadable(error)),
            Err(_) => Ok((text, None)),
        }
    }

    /// Renders a text. `root` gives the value of one of [`ROOTS`]; only those that the text uses are asked for.
    pub(crate) fn render(
        &self,
        text: &Text,
        root: &mut dyn FnMut(&str) -> Value,
    ) -> Result<Rendered, Failure> {
        let (name, variables, single) = match &text.0 {
            Source::Plain(text) => {
                return Ok(Rendered { text: text.clone(), ..Rendered::default() });
            }
            Source::Template { name, variables, single, .. } => (name, variables, *single),
        };
        let used = ROOTS.iter().filter(|root| variables.iter().any(|path| path.root == **root));
        let scope: Vec<(&str, Value)> = used.map(|name| (*name, root(name))).collect();
        let (text, seen) = self.run(name, &scope).map_err(|error| match error.kind() {
            ErrorKind::OutOfFuel | ErrorKind::WriteFailure => Failure::TemplateLimit(name.clone()),
            _ => Failure::TemplateFailed(format!("{name}: {}", describe(&error))),
        })?;
        let missing = match seen.nothing {
            true => variables
                .iter()
                .filter(|path| {
                    let root = scope.iter().find(|(name, _)| *name == path.root);
                    root.is_none_or(|(_, root)| path.find(root).is_none())
                })
                .map(Path::to_string)
                .collect(),
            false => Vec::new(),
        };
        let value = seen.value.filter(|_| single && seen.values == 1);
        Ok(Rendered { text, value, missing })
    }

    fn run(&self, name: &str, scope: &[(&str, Value)]) -> Result<(String, Seen), Error> {
        let template = self.environment.get_template(name)?;
        let mut output = Bounded::default();
        let mut captured =
            template.render_captured_to(Value::from_pairs(scope.iter().cloned()), &mut output)?;
        let seen = captured.with_state_mut(|state| {
            state.get_extension_mut::<Seen>().map(std::mem::take).unwrap_or_default()
        });
        Ok((String::from_utf8_lossy(&output.0).into_owned(), seen))
    }
}

/// What the formatter saw in one rendering.
#[derive(Default)]
struct Seen {
    values: usize,
    value: Option<Value>,
    /// Whether one of the values was undefined or null, or an empty text, which is what a filter makes of them.
    nothing: bool,
}

/// Writes a value as text: undefined and null as nothing, lists and objects as JSON; in an address percent-encoded.
fn write_value(out: &mut minijinja::Output, state: &mut State, value: &Value) -> Result<(), Error> {
    let nothing = value.is_undefined() || value.is_none();
    let seen = state.get_or_insert_extension_with(Seen::default);
    seen.values += 1;
    seen.nothing |= nothing || value.as_str().is_some_and(str::is_empty);
    seen.value = Some(value.clone());
    let is_first = seen.values == 1;
    let encodes = address::encodes(state.auto_escape(), is_first) && !value.is_safe();
    match value.kind() {
        _ if nothing => Ok(()),
        // minijinja's own forms are Python's: `True`, `['a', None]`.
        ValueKind::Bool | ValueKind::Seq | ValueKind::Map | ValueKind::Iterable => {
            let json = filters::json(value)?;
            out.write_str(&if encodes { address::encode(&json) } else { json })
        }
        _ if encodes => out.write_str(&address::encode(&value.to_string())),
        _ => out.write_fmt(format_args!("{value}")),
    }
    .map_err(Error::from)
}

/// Output that ends at the largest size that the characters allowed can have.
#[derive(Default)]
struct Bounded(Vec<u8>);

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > MAX_TEMPLATE_CHARS * 4 {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Whether it would be the same whatever the variables hold.
fn is_certain(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::UnknownFilter
            | ErrorKind::UnknownTest
            | ErrorKind::UnknownFunction
            | ErrorKind::UnknownMethod
            | ErrorKind::TooManyArguments
            | ErrorKind::MissingArgument
            | ErrorKind::SyntaxError
    )
}

/// The error without the template's name, which is the path already.
fn describe(error: &Error) -> String {
    match error.detail() {
        Some(detail) if error.kind() == ErrorKind::SyntaxError => detail.to_owned(),
        Some(detail) => format!("{}: {detail}", error.kind()),
        None => error.kind().to_string(),
    }
}

#[cfg(test)]
mod tests;
