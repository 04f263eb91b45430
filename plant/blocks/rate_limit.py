"""A rate limit: how far a signal may move in one step. Runs compiled or plain."""


def limited(before: float, wanted: float, up: float, down: float, step: float) -> float:
    """The wanted value as far as it can be reached in `step`; `up` and `down` are the greatest rates, not negative."""
    return min(max(wanted, before - down * step), before + up * step)
