"""Rust candidates: the worker's runtime (`worker.rs`) and the glue between it and an interface (`generate`)."""
