"""Own models: their files, where they are kept, and how every process comes to know them."""
