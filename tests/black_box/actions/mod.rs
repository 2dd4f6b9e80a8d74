//! The actions API: contract/actions-qyvo.md, and seed 001.

mod contact_fields;
mod contacts;
mod flows;
mod me;
mod polling;
mod refused;
mod tags;
mod triggered;
