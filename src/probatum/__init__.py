"""probatum: specifications that candidates must survive, and evidence anyone can re-check."""

__version__ = "0.1.0"
