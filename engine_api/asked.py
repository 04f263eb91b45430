"""What routes ask of every request: who makes it, the SimID's record, the expected version.

All are coroutines, also those that wait for nothing: FastAPI sends plain functions through a thread.
"""

import asyncio
from typing import Annotated

from fastapi import Depends, Header, Path, Response

from connections.record import Record
from engine_api.engine import EngineHere
from engine_api.security import CallerHere
from plant.errors import UnknownName, WrongType
from plant.ownership import require_seen

SimId = Annotated[str, Path(max_length=120, examples=["wood-berry-7"])]
ModelId = Annotated[str, Path(max_length=100, examples=["wood-berry"])]
TagName = Annotated[str, Path(max_length=200, examples=["reflux_flow"])]


async def record(engine: EngineHere, caller: CallerHere, sim_id: SimId) -> Record:
    """The record with this SimID. Raises UnknownName where there is none for this caller."""
    if not sim_id.isprintable():
        raise UnknownName("there is no simulation with such an id")
    found = await asyncio.to_thread(engine.records.get, sim_id)
    require_seen(caller, found)
    return found


async def version(
    if_match: Annotated[str | None, Header(max_length=40, description='ETag of the record, such as `"3"`')] = None,
) -> int | None:
    """The version that the caller has seen; None when any will do. Raises WrongType."""
    if if_match is None or if_match.strip() == "*":
        return None
    text = if_match.strip().removeprefix("W/").strip('"')
    if not (text.isascii() and text.isdecimal() and len(text) < 16):
        raise WrongType(f'If-Match takes the ETag of the record, such as "3", not {if_match!r}')
    return int(text)


RecordHere = Annotated[Record, Depends(record)]
VersionHere = Annotated[int | None, Depends(version)]


def tagged(response: Response, record: Record) -> None:
    """Put the record's version into the ETag."""
    response.headers["ETag"] = f'"{record.version}"'
