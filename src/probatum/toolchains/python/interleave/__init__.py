"""Interleavings of threads that announce each step: primitives and a search to a preemption bound."""
