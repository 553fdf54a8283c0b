"""Level 7 inside the judge process: worlds whose nodes live apart, each in a process that holds no other."""
