"""The author `offline`: no model, no network. One-edit repair, reviewed patterns and templates, pairs of edits.

It claims nothing about languages or ideas: it enumerates the neighbourhood of the fittest candidate, most suspicious
edits first, and what an operator reviewed. Often that is not enough; then it says so and passes.
"""

from probatum.authors.offline.engine import Offline

__all__ = ["Offline"]
