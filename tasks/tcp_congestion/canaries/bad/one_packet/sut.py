def decide(views: list) -> list:
    """Never loses, never waits, and leaves the link to others."""
    return [(1, 0) for _ in views]
