//! The message templates of a WhatsApp account: the document in which those are kept that the provider has, one
//! template for all languages of a name, what fills its places, and how the actions API shows it. Pure.

mod document;
mod fill;
mod shown;
mod template;

pub use document::{Refusal, Templates};
pub use fill::Unfilled;
pub use shown::{STATUSES, TemplateDetailView, TemplateView, dropdown, placeholders_dropdown};
pub use template::Template;
