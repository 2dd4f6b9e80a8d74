//! Plays the Cloud API.
