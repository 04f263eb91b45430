"""Samples of tags as MonitoredItemNotifications, those of one item in the order of their time."""

import numpy as np

from opcua_server.columns import Columns
from opcua_server.encoding import Samples, encode
from opcua_server.layouts import all_good, kinds
from opcua_server.queues import ranks
from opcua_server.values import now


def encoded(samples: Samples, columns: Columns) -> bytes:
    """All of them; layout by layout where they differ."""
    server, common = now(), columns.traits.layout
    if common is not None and all_good(samples.status):
        return encode(samples, common, server, columns.handle.take(samples.place))
    layout = kinds(samples.status, columns.variant[samples.place], columns.times[samples.place])
    handles = columns.handle[samples.place]
    if len(layout) and (layout == layout[0]).all():
        return encode(samples, int(layout[0]), server, handles)
    rank = ranks(samples.place)
    parts = []
    for turn in range(int(rank.max(initial=-1)) + 1):
        same_turn = rank == turn
        for kind in np.unique(layout[same_turn]):
            chosen = np.flatnonzero(same_turn & (layout == kind))
            parts.append(encode(samples.take(chosen), int(kind), server, handles[chosen]))
    return b"".join(parts)
