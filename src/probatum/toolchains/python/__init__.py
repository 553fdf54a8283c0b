"""Python candidates: a clean host process that forks one locked worker per candidate."""
