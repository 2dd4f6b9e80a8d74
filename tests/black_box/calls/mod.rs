//! What sessions want of the world: addresses that `http` nodes call, and the language model.

mod address;
mod model;
mod pending;
mod refused;
mod tools;
