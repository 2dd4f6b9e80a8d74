//! The OpenAPI documents (3.1) of the surfaces. What a request may hold comes from the code that reads it, what an
//! answer holds from the types that are written; what remains is a table with one entry for each operation.
//!
//! In no component: the tests write the documents to `docs/openapi`, and a component serves the file.

pub mod actions;
pub mod console;
mod conventions;
mod document;
mod group;
mod operation;
mod schemas;
pub mod trigger;

pub use conventions::{Conventions, ErrorAnswer};
pub use document::Document;
pub use operation::{Method, Operation, Parameter};
pub use schemas::Schemas;
