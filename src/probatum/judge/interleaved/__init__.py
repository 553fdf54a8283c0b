"""Small clients of an object that threads share in Rust: made from the oracle, run by a harness, judged here."""
