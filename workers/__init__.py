"""Worker processes: RQ jobs, many simulations on one scheduler loop."""
