"""EventIds: sixteen bytes that name one event of one alarm of one simulation, for ever."""

from hashlib import blake2b

_SIZE = 8


def event_id(sim_id: str, alarm: str, serial: int) -> bytes:
    """The id of an alarm's event number `serial`."""
    return _owner(sim_id, alarm) + serial.to_bytes(_SIZE)


def serial_of(sim_id: str, alarm: str, event: bytes) -> int | None:
    """The number of the event, None when the id is not one of this alarm."""
    if len(event) != 2 * _SIZE or event[:_SIZE] != _owner(sim_id, alarm):
        return None
    return int.from_bytes(event[_SIZE:])


def _owner(sim_id: str, alarm: str) -> bytes:
    return blake2b(f"{sim_id}.{alarm}".encode(), digest_size=_SIZE).digest()
