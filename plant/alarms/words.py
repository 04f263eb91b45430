"""What alarms say: sentences that an operator understands without looking anything up."""

from plant.alarms.declared import Alarm, Kind, Level

LEVEL_WORDS = {
    Level.LOW_LOW: "low low", Level.LOW: "low", Level.NORMAL: "normal", Level.HIGH: "high",
    Level.HIGH_HIGH: "high high",
}  # fmt: skip


def told(sim_id: str, alarm: Alarm, level: Level, value: float) -> str:
    """What happened to the process: `wood-berry-7.bottoms_methanol = 1.2 % is above 1 % (high)`."""
    if alarm.tag is None:
        gone = level is not Level.NORMAL
        return f"{sim_id}: {'its worker sends no values' if gone else 'its worker sends values again'}"
    name = f"{sim_id}.{alarm.name}"
    if alarm.kind is Kind.OFF_NORMAL:
        return _state(name, alarm.tag.states, level, value)
    bound = alarm.bound(level)
    shown = _number(alarm, value, None if bound is None else bound.limit)
    if bound is None:
        return f"{name} = {shown} is normal again"
    side = "above" if level > 0 else "below"
    if not bound.beyond(value):
        side = f"not yet back by {_unit(alarm, f'{bound.hysteresis:g}')} from"
    return f"{name} = {shown} is {side} {_unit(alarm, f'{bound.limit:g}')} ({LEVEL_WORDS[level]})"


def _state(name: str, states: tuple[str, ...], level: Level, value: float) -> str:
    text = states[min(max(int(value), 0), len(states) - 1)]
    return f"{name} is {text} again" if level is Level.NORMAL else f"{name} is {text}, normally {states[0]}"


def _number(alarm: Alarm, value: float, limit: float | None) -> str:
    digits = 3 if alarm.tag is None else alarm.tag.digits
    text = f"{round(value, digits):.12g}"
    if limit is not None and float(text) == limit:  # rounded, it would look as if nothing were wrong
        text = f"{value:.10g}"
    return _unit(alarm, text)


def _unit(alarm: Alarm, text: str) -> str:
    return text if alarm.tag is None else f"{text} {alarm.tag.symbol}".rstrip()
