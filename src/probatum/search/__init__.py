"""The search: ask an author, try what it proposes, fold results in the order of submission, until one is accepted."""
