"""The levels: one file, one rung; each returns one verdict. The ladder is their order."""
