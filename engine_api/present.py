"""Tags as they stand now: from the live table, and for one that ended before the engine started from the record."""

import numpy as np

from connections.record import Record
from engine_api.engine import Engine
from engine_api.held import Present
from plant import catalog
from plant.quality import Quality


async def present(engine: Engine, record: Record) -> Present:
    """All tags of a simulation as they stand now."""
    now = engine.live.present(record)
    if record.alive or now.source_time is not None:
        return now
    series = await engine.history.last(record.sim_id, [tag.name for tag in catalog.find(record.model_id).tags])
    if not all(len(one.value) for one in series):
        return now
    values = np.array([one.value[0] for one in series])
    status = np.array([one.status[0] for one in series], np.uint32)
    status[status == Quality.GOOD] = Quality.UNCERTAIN_LAST_USABLE_VALUE
    return Present(
        values, status, int(series[0].wall_time[0]), float(series[0].sim_time[0]), record.tick, record.overruns, 0
    )
