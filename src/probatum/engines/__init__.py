"""External checkers: how each is found, called and read. An exit code is no evidence: what ran, how much of it and
whether it finished is parsed, and only that can hold."""
