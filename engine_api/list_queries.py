"""What the lists of simulations take: filters, keys to sort by, pages."""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

from connections.record import Record
from engine_api.catalogue_schemas import MachineState
from engine_api.paging import Key, Page, PageQuery, page
from plant.access import Caller
from plant.lifecycle import State
from plant.ownership import may_see

Text = Annotated[str, Field(max_length=200)]


class _RecordQuery(PageQuery):
    """Filters of simulations; several states are any of them."""

    status: list[State] = Field(default=[], max_length=len(State), description="Only in one of these states")
    model_id: Text | None = Field(default=None, examples=["wood-berry"])
    owner: Text | None = Field(default=None, description="Name of the user whose they are", examples=["eva"])
    machine: Text | None = Field(default=None, examples=["101"])
    name: Text | None = Field(default=None, description="A part of the name, in any case", examples=["morning"])

    def keeps(self, record: Record) -> bool:
        """Whether a record passes the filters."""
        return (
            (not self.status or record.status in self.status)
            and self.model_id in (None, record.model_id)
            and self.owner in (None, record.owner)
            and self.machine in (None, record.machine)
            and (self.name is None or self.name.casefold() in record.name.casefold())
        )


class SimulationsQuery(_RecordQuery):
    """Of `/api/sims/all`."""

    order_by: Literal["created_at", "updated_at", "name", "number"] = "created_at"


class RunsQuery(_RecordQuery):
    """Of `/simulations`."""

    order_by: Literal["creation_date", "update_date", "name"] = "creation_date"


class ModelsQuery(PageQuery):
    """Of `/api/models/`."""

    order_by: Literal["catalogue", "id", "name"] = "catalogue"


class MachinesQuery(PageQuery):
    """Of `/machines`."""

    state: MachineState | None = None
    order_by: Literal["machine_id", "name"] = "machine_id"


def records_page(records: Iterable[Record], caller: Caller, query: SimulationsQuery | RunsQuery) -> Page[Record]:
    """The page of what a caller may see. Raises InvalidValue for a cursor of another list."""
    seen = (record for record in records if may_see(caller, record) and query.keeps(record))
    return page(seen, lambda record: _key(record, query.order_by), query)


def _key(record: Record, by: str) -> Key:
    if by == "name":
        return (record.name, record.number)
    if by in ("created_at", "creation_date"):
        return (record.created_at.timestamp(), record.number)
    if by in ("updated_at", "update_date"):
        return (record.updated_at.timestamp(), record.number)
    return (record.number,)
