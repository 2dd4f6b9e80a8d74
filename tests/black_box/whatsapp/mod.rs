//! `/channels/whatsapp/:account/webhook`: contract/channel-whatsapp.md.

mod batches;
mod refused;
mod replies;
mod statuses;
mod user_ids;
mod verification;
