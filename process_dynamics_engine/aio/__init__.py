"""The client for asynchronous code; the one for synchronous code is made of it by `scripts/client`."""
