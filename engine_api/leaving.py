"""How a live connection ends: close codes and why."""

BAD_MESSAGE, TOO_SLOW, NOT_SIGNED_IN = 1008, 1013, 4401


class Leave(Exception):  # noqa: N818 - an ending, not an error
    """End this connection with a close code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
