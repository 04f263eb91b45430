"""The commands of `pde`, one module each."""
