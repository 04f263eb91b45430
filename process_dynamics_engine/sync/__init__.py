"""The client for synchronous code: `ports.py` is written, everything else made of `aio` by `scripts/client`."""
