def order(items):
    done = []
    for item in items:
        at = len(done)
        while at > 0 and done[at - 1] > item:
            at -= 1
        done.insert(at, item)
    return done
