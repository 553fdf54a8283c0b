"""Figures, printed as CPU time and ratios; nothing here is a test."""
