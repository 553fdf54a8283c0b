def chunks(items, size):
    out = []
    piece = []
    for item in items:
        piece.append(item)
        if len(piece) == size:
            out.append(piece)
            piece = []
    if piece:
        out.append(piece)
    return out
