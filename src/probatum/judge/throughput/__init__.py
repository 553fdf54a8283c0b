"""How fast an object is that threads share: what they call, what the answers must be, and what recorded times show."""
