"""Every Redis key that the processes share."""

FRAMES = "pde:frames"
REPORTS = "pde:reports"
EVENTS = "pde:events"
WORKERS = "pde:workers"
OPCUA_MEASURES = "pde:measures:opcua"
"""What the OPC UA server tells for /metrics, as JSON; expires when it tells nothing."""


def actions_key(sim_id: str) -> str:
    """Stream of the actions and commands of a simulation."""
    return f"pde:actions:{sim_id}"


def actions_counter_key(sim_id: str) -> str:
    """The number of the newest action."""
    return f"pde:action:{sim_id}"


def keys_of(sim_id: str) -> tuple[bytes, bytes]:
    """Where an action of a simulation goes, and the number of the newest."""
    return actions_key(sim_id).encode(), actions_counter_key(sim_id).encode()


def lease_key(sim_id: str) -> str:
    """Hash (epoch, owner) that expires when its owner stops renewing it."""
    return f"pde:lease:{sim_id}"


def checkpoint_key(sim_id: str) -> str:
    """Hash of the newest checkpoint and the one before it."""
    return f"pde:checkpoint:{sim_id}"


def worker_key(name: str) -> str:
    """Hash of a worker's heartbeat (machine, slots, hosted, ...); expires with it."""
    return f"pde:worker:{name}"
