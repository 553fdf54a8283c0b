"""Reports as one HTML file that needs nothing else: no network, no script, readable on a phone and on paper."""
