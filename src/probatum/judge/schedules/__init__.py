"""Programs of threads on a candidate: drawn, run by every schedule to a bound, and judged outside of its process."""
