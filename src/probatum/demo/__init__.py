"""The demo: a story told by the judge itself. Everything printed was computed while it was printed."""
