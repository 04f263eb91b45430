"""Samples as InfluxDB line protocol: the very points that Telegraf makes of the OPC UA server's notifications.

Measurement `pde`, tags `model`, `sim`, `tag`, `unit` (no unit: no such tag), fields `value` (float, absent where
Bad) and `quality` (the status code, integer), time in nanoseconds at the resolution of OPC UA (100 ns).
"""

from collections.abc import Iterator

from connections.historian.entry import Entry
from connections.historian.store import Series
from plant.quality import Quality, is_bad

MEASUREMENT = "pde"
RESOLUTION = 100
_ESCAPES = str.maketrans({",": r"\,", "=": r"\=", " ": r"\ "})


def series_key(entry: Entry, tag: str) -> str:
    """Measurement and tags of one tag's points."""
    unit = entry.units[entry.index(tag)]
    tags = {"model": entry.model_id, "sim": entry.sim_id, "tag": tag, "unit": unit}
    return MEASUREMENT + "".join(f",{name}={text.translate(_ESCAPES)}" for name, text in tags.items() if text)


def lines(entry: Entry, series: Series) -> Iterator[str]:
    """One line for each sample; marks of missing samples are no samples."""
    key = series_key(entry, series.tag)
    for time, value, code in zip(series.wall_time.tolist(), series.value.tolist(), series.status.tolist(), strict=True):
        if code == Quality.BAD_DATA_LOST:
            continue
        number = "" if is_bad(code) else f",value={value!r}"
        yield f"{key} quality={code}i{number} {time // RESOLUTION * RESOLUTION}"
