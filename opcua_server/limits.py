"""The limits of the server, in one table: enforced by the sessions and published as OperationLimits."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, times in seconds unless the name says otherwise.

    `sessions_kept` are the engineers'; `subscriptions_left` those whose session was closed without them; `node_queue`
    is the queue of an item on a node that is no tag; more than `fast_subscriptions`, and more than `fast_looks` of such
    items, are served less often.
    """

    nodes_per_request: int = 10_000
    array: int = 10_000
    elements: int = 100_000
    elements_before_activation: int = 1_000
    references_per_node: int = 1_000
    continuation_points: int = 20
    history_values: int = 10_000
    aggregates: int = 1_000
    samples_at_once: int = 2_000_000
    sessions: int = 200
    sessions_kept: int = 5
    connections: int = 200
    connections_per_address: int = 50
    subscriptions_per_session: int = 20
    subscriptions_left: int = 100
    items_per_subscription: int = 10_000
    items: int = 60_000
    queue: int = 1_000
    node_queue: int = 100
    event_items_per_subscription: int = 500
    fast_looks: int = 500
    shortest_publishing_ms: float = 50.0
    fast_subscriptions: int = 100
    longest_publishing_ms: float = 3_600_000.0
    keep_alive_cycles: int = 5_000
    lifetime_cycles: int = 15_000
    activation: float = 10.0
    message_before_activation: int = 65_536
    message: int = 4 * 1024 * 1024
    chunk: int = 65_535
    requests_remembered: int = 2_000
    remembered: int = 32 * 1024 * 1024
    unread: int = 4 * 1024 * 1024
    slow_reader: float = 5.0
    waiting_messages: int = 32


LIMITS = Limits()
