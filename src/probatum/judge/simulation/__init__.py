"""Level 6 inside the judge process: worlds, their schedules, and what runs them."""
