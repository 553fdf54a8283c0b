from fractions import Fraction
import math

THIRDS = Fraction(2, 3)

def is_quorum(voters, n):
    return len(frozenset(voters)) >= math.floor(THIRDS * n) + 1
