"""FMUs (FMI 2 and 3): read by FMPy, each run in a child process of its own that may crash or hang alone."""
