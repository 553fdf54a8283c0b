//! What a worker of a candidate in Rust is made of: the wire, and the shim as one thread uses it.
#[cfg(probatum_sanitized)]
mod sanitized;
pub mod sync;
mod tracked;
mod watch;
mod wire;
pub use tracked::Tracked;
pub use wire::*;
