"""Options that several commands share, each written once."""

from __future__ import annotations

import click

SANDBOXES = ("auto", "bwrap", "lock", "plain")

json_option = click.option("--json", "as_json", is_flag=True, help="Print exactly one JSON object on stdout.")
workspace_option = click.option(
    "--workspace",
    metavar="DIR",
    default=None,
    help="Folder of the journal  [default: the nearest .probatum, else one here]",
)
seed_option = click.option(
    "--seed",
    metavar="N",
    type=int,
    default=None,
    help="Draw inputs from this number: repeatable, and reported as examples, never as fresh inputs.",
)
sandbox_option = click.option(
    "--sandbox",
    "tier",
    type=click.Choice(SANDBOXES),
    default="auto",
    show_default=True,
    help="How the candidate is confined; auto is the strongest that works here, plain is for your own code.",
)
