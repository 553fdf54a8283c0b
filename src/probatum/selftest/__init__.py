"""Trying the gate itself: canaries of a task through its cascade, and attacks on it."""
