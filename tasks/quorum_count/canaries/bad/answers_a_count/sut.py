def is_quorum(voters, n):
    count = len(set(voters))
    return count > 2 * n // 3 and count
