"""Split range: one controller output moves several valves, each over a part of it. Runs compiled or plain.

Two parts that share one end leave no gap: cooling over 50..0 and heating over 50..100. Parts may overlap as well.
"""


def opening(signal: float, shut_at: float, open_at: float) -> float:
    """The opening in per cent: 0 at and beyond `shut_at`, 100 at and beyond `open_at` (which may be the lower one)."""
    return 100.0 * min(max((signal - shut_at) / (open_at - shut_at), 0.0), 1.0)
