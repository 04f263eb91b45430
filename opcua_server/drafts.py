"""A Write request behind the gate, before anything of it is recorded."""

from dataclasses import dataclass, field

from asyncua import ua

from opcua_server.live import Live


@dataclass(slots=True)
class Draft:
    """The accepted values of one request for one simulation; `values` are those of all tags if it is applied."""

    live: Live
    values: list[float]
    before: list[float]
    accepted: dict[str, float] = field(default_factory=dict)
    places: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Checked:
    """A status code for each value, why values were refused, and what is to be applied to each simulation."""

    codes: list[int]
    refused: list[tuple[ua.WriteValue, str]] = field(default_factory=list)
    drafts: dict[str, Draft] = field(default_factory=dict)

    @property
    def accepted(self) -> list[Draft]:
        """The drafts that have something to be applied."""
        return [draft for draft in self.drafts.values() if draft.accepted]
