"""Channels that were refused: counted all; log and audit hear of them seldom enough that nobody fills them."""

import hashlib
import time
from collections import OrderedDict, deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from asyncua import ua
from asyncua.common.utils import Buffer, ServiceError

from connections.audit import REFUSED, Entry
from connections.trail import Trail
from opcua_server.complaints import Complaints
from opcua_server.decoding import read_struct
from opcua_server.door import DOOR

OPEN_CHANNEL = "open_channel"
"""What the audit calls it."""
WINDOW = 60.0
"""Seconds over which refusals are counted, and in which an address is told of once for each reason."""
MOST_COUNTED = 10_000
_MOST_TOLD = 1_000
_LONGEST = 100


@dataclass(slots=True)
class _Told:
    """When (monotonic) the audit last heard of an address and a reason, and how often it happened since."""

    at: float
    untold: int = 0


class Refusals:
    """Those of this process; `trail` is the way to the audit once there is one."""

    def __init__(self) -> None:
        self.trail: Trail | None = None
        self.latest = ""
        self._complaints = Complaints("channel refused")
        self._times: deque[float] = deque(maxlen=MOST_COUNTED)
        self._told: OrderedDict[tuple[str, int], _Told] = OrderedDict()

    def within_window(self) -> int:
        """How many there were within the last minute."""
        oldest = time.monotonic() - WINDOW
        while self._times and self._times[0] < oldest:
            self._times.popleft()
        return len(self._times)

    @contextmanager
    def heard(self, header: Any, body: Buffer, peer: Any) -> Iterator[None]:
        """Tell of the channel that a first message does not open, whatever the reason; others are not concerned."""
        if header.MessageType != ua.MessageType.SecureOpen:
            yield
            return
        message = body.copy(header.body_size)
        try:
            yield
        except ServiceError as error:
            self.tell(peer, error.code, message)
            raise
        except Exception:  # that the key is not that of the certificate is found out in many ways
            self.tell(peer, ua.StatusCodes.BadApplicationSignatureInvalid, message)
            raise

    def tell(self, peer: Any, code: int, message: Buffer) -> None:
        """Count one more; `message` is what the client sent."""
        status, address = ua.StatusCode(ua.UInt32(code)).name, str(peer[0]) if peer else ""
        self._times.append(time.monotonic())
        self.latest = f"{address} {status}"
        self._complaints.tell(peer=peer, status=status)
        since = self._due(address, code)
        if self.trail is None or since is None:
            return
        more = f", {since} more within a minute" if since else ""
        facts = claimed(message)
        user = facts.get("thumbprint", "")
        self.trail.tell(
            Entry(OPEN_CHANNEL, user, DOOR, address=address, new=facts, outcome=REFUSED, detail=status + more)
        )

    def _due(self, address: str, code: int) -> int | None:
        """How many the audit has not heard of; None while it is too early to tell it more."""
        now = time.monotonic()
        told = self._told.get((address, code))
        if told is not None and now - told.at < WINDOW:
            told.untold += 1
            return None
        self._told[address, code] = _Told(now)
        self._told.move_to_end((address, code))
        if len(self._told) > _MOST_TOLD:
            self._told.popitem(last=False)
        return 0 if told is None else told.untold


def claimed(message: Buffer) -> dict[str, str]:
    """What a first message says of its client: the policy, and the thumbprints of its certificate."""
    facts: dict[str, str] = {}
    with suppress(Exception):  # strangers send anything
        claims = read_struct(ua.AsymmetricAlgorithmHeader, message)
        facts["policy"] = str(claims.SecurityPolicyURI or "")[:_LONGEST]
        if claims.SenderCertificate:
            facts["thumbprint"] = hashlib.sha256(claims.SenderCertificate).hexdigest()
            facts["sha1"] = hashlib.sha1(claims.SenderCertificate, usedforsecurity=False).hexdigest()
    return facts
