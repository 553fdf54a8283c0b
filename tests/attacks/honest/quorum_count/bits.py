def is_quorum(voters, n):
    """Ein Bit je Stimme; gezählt wird mit bit_count."""
    seen = 0
    for voter in voters:
        seen |= 1 << (voter % (1 << 16)) if voter < 1 << 16 else 0
    large = {voter for voter in voters if voter >= 1 << 16}
    return 3 * (seen.bit_count() + len(large)) > 2 * n if (2 * n) % 3 else seen.bit_count() + len(large) >= 2 * n // 3 + 1
