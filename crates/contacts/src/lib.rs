//! A team's contacts (contract/actions-qyvo.md, section 6): their documents, the list of them and what they are called, the tags
//! of the team and who has which email address; what requests say about them, and how they are shown.
//!
//! A contact's document is created and changed in `stored.rs` only, by the engine as well; that an address is another
//! contact's is decided in `link.rs`.

mod activity;
mod details;
mod email;
mod link;
mod list;
mod names;
mod requests;
mod search;
mod shown;
mod stored;
mod tags;
mod which;

pub use activity::last_heard;
pub use details::{
    Details, MAX_EMAIL, MAX_METADATA_BYTES, MAX_NAME, MAX_TAG, NewContact, OnTags, TagRequest,
};
pub use fields::read;
pub use link::{Person, by_address, find_or_create_linked};
pub use list::{Page, page};
pub use requests::{ContactError, add_tag, create, get, remove_tag, shown, update, upsert};
pub use search::{MAX_FOUND, MAX_MATCHES, MAX_SCANNED, Search, search};
pub use shown::{ContactView, FoundView, TagAddedView, TagRemovedView, TagView, UpdatedView};
pub use stored::{Origin, change, find_or_create, find_or_create_person, load};
pub use tags::{MAX_TAGS, TagFilter, list_tags};
pub use which::{ContactRef, Sought, read_email, read_phone};
