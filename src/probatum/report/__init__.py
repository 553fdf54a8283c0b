"""Explaining: assessments and journals as text, JSON, Markdown and JUnit. Reads values and the journal only."""
