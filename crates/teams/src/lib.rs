//! Teams, their API keys and channel accounts, and the sealing of credentials.

mod account;
mod api_key;
mod me;
mod resealing;
mod secrets;
mod team;

pub use account::{Account, Credentials, Kind, Stop};
pub use api_key::{ApiKey, KeyList, SCOPES, key_id, new_token};
pub use me::{Me, Tenant};
pub use resealing::{Resealed, Resealing};
pub use secrets::{NoSecretsKey, Sealed, Secrets, Unsealable};
pub use team::{Team, TeamChannel, team_name_is_valid};
