"""Whose a subscription is when its session is gone: who may take it over is decided by what is kept here."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Owner:
    """A user, None if nobody gave a name, and the application that spoke for him."""

    name: str | None
    application_uri: str | None

    def may_hand_over(self, other: "Owner", signed: bool) -> bool:
        """Part 4 5.14.7: to the same user; where there is none, to the same application on a signed channel."""
        if self.name is not None or other.name is not None:
            return self.name == other.name
        return signed and self.application_uri == other.application_uri
