"""Makes a report of each blast that has completed."""
