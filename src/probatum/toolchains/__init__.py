"""Toolchains: turn candidate files and an interface into a worker process, per language."""
