"""The task: what is frozen, what is declared, what a gate demands."""
