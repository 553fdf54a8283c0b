def root(n):
    guess = n
    while guess * guess > n:
        guess = (guess + n // guess) // 2
    return guess
