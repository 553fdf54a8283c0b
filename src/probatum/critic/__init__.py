"""The critic: what a specification does not require, measured by running programs through the judge."""
