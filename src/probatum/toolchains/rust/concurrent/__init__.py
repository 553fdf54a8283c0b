"""Concurrent candidates in Rust: every interleaving of small clients by Loom, and progress by freezing threads."""
