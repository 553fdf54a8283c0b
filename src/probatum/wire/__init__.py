"""Bytes between processes: the value codec and the frames that carry it."""
