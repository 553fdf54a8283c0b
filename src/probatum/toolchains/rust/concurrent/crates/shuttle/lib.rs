//! Nothing: the crates that it depends on are what is built.
