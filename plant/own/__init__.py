"""Models that users bring: what a file must say, and what every declaration must keep, with all problems at once."""
