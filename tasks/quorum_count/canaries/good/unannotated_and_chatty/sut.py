from collections import Counter


def is_quorum(voters, n):
    votes = Counter(voters)
    print(len(votes), "of", n, "nodes voted")
    return not len(votes) < (2 * n) // 3 + 1
