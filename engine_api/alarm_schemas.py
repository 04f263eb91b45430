"""The shapes of alarms: what operators ask, and what is answered."""

from typing import Annotated, Literal

from pydantic import Field

from engine_api.schemas import Answered, Asked, Next, Time, Total
from plant.alarms.orders import LONGEST_COMMENT, LONGEST_SHELVING

EventIdIn = Annotated[
    str,
    Field(
        pattern=r"^[0-9a-f]{32}$", examples=["f3a0c1d29b7e4f5500000000000000a1"],
        description="The `event_id` that was seen: the order is refused (412) when the alarm has moved on since",
    ),
]  # fmt: skip
Comment = Annotated[str, Field(max_length=LONGEST_COMMENT, examples=["Pump 2 is being repaired"])]


class AcknowledgeBody(Asked):
    """To acknowledge or to confirm."""

    event_id: EventIdIn | None = None
    comment: Comment | None = None


class CommentBody(Asked):
    """A comment; an empty one removes it."""

    comment: Comment
    event_id: EventIdIn | None = None


class ShelveBody(Asked):
    """Put the alarm aside for some seconds of wall time, or, without `seconds`, until it is normal again."""

    seconds: float | None = Field(default=None, gt=0, le=LONGEST_SHELVING, examples=[600])
    comment: Comment | None = None


class AlarmAnswer(Answered):
    """One alarm as it stands now."""

    sim_id: str = Field(examples=["wood-berry-7"])
    model_id: str = Field(examples=["wood-berry"])
    alarm: str = Field(description="Its name: that of its tag, or `worker`", examples=["bottoms_methanol"])
    kind: Literal["limit", "off_normal", "system"]
    tag: str | None = Field(description="Full name of the tag, null for `worker`")
    node_id: str = Field(examples=["ns=2;s=wood-berry-7.Alarms.bottoms_methanol"])
    level: Literal["low_low", "low", "normal", "high", "high_high"]
    active: bool = Field(description="Whether the level is not normal")
    acknowledged: bool
    confirmed: bool
    enabled: bool
    retain: bool = Field(description="Whether it belongs on an operator's list")
    shelving: Literal["unshelved", "timed", "one_shot"]
    unshelve_time: Time | None
    severity: int = Field(ge=0, le=1000, examples=[500])
    message: str = Field(examples=["wood-berry-7.bottoms_methanol = 1.2 % is above 1 % (high)"])
    value: float | None = Field(description="The tag's value at the last event")
    unit: str = Field(examples=["%"])
    quality: str = Field(examples=["Good"])
    comment: str = Field(examples=["Pump 2 is being repaired"])
    user: str = Field(description="Who gave the last order", examples=["eva"])
    event_id: str | None = Field(description="Of its last event; null before the first")
    time: Time | None = Field(description="Of its last event")
    active_time: Time | None = Field(description="When it became active, or normal again")
    acknowledged_time: Time | None
    limits: dict[str, float] = Field(examples=[{"high": 1.0, "high_high": 2.0}])
    hysteresis: float | None
    on_delay: float = Field(description="Simulated seconds")
    off_delay: float = Field(description="Simulated seconds")


class AlarmListAnswer(Answered):
    """Alarms of one simulation, in the order of its model."""

    alarms: list[AlarmAnswer]


class AlarmsAnswer(Answered):
    """The alarm list: what is not acknowledged first, then by severity and time, the newest first."""

    alarms: list[AlarmAnswer]
    total: Total
    next: Next
    active: int
    unacknowledged: int


class AlarmEventAnswer(Answered):
    """One event of an alarm, and the alarm as it was after it."""

    number: int = Field(description="Rises with every event")
    transition: str = Field(examples=["raised"])
    message: str = Field(examples=["wood-berry-7.bottoms_methanol = 1.2 % is above 1 % (high)"])
    time: Time
    alarm: AlarmAnswer


class AlarmEventsAnswer(Answered):
    """Events, the newest first."""

    events: list[AlarmEventAnswer]
    more: bool = Field(description="Whether there are older ones within the range")


class OrderAnswer(Answered):
    """What an order led to."""

    alarm: AlarmAnswer
    recorded: bool = Field(description="False when the disk takes nothing: it is in effect, and recorded later")
