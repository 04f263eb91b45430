"""Channels and sessions that were refused or mistaken: log and audit hear of them so seldom that nobody fills them."""

import hashlib
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from asyncua import ua
from asyncua.common.utils import Buffer, ServiceError

from connections.audit import DONE, REFUSED, Entry
from connections.trail import Trail
from opcua_server.complaints import Complaints
from opcua_server.decoding import read_struct
from opcua_server.door import DOOR
from opcua_server.seldom import EVERY, Seldom

OPEN_CHANNEL, CREATE_SESSION, URL_MISMATCH = "open_channel", "create_session", "url_mismatch"
"""What the audit calls it."""
WINDOW = EVERY
"""Seconds over which refusals are counted."""
MOST_COUNTED = 10_000
_LONGEST = 100


class Refusals:
    """Those of this process; `trail` is the way to the audit once there is one."""

    def __init__(self) -> None:
        self.trail: Trail | None = None
        self.latest = ""
        self._complaints = Complaints("channel refused")
        self._times: deque[float] = deque(maxlen=MOST_COUNTED)
        self._seldom = Seldom()

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
        status = ua.StatusCode(ua.UInt32(code)).name
        self._times.append(time.monotonic())
        self.latest = f"{peer[0] if peer else ''} {status}"
        self._complaints.tell(peer=peer, status=status)
        self._audit(OPEN_CHANNEL, peer, code, lambda: claimed(message))

    @contextmanager
    def session_heard(self, params: ua.CreateSessionParameters, peer: Any) -> Iterator[None]:
        """Tell of a session that is not created, on a channel that is open."""
        try:
            yield
        except ServiceError as error:
            self._audit(CREATE_SESSION, peer, error.code, lambda: applicant(params))
            raise

    def mistaken(self, params: ua.CreateSessionParameters, peer: Any, session: ua.NodeId, timeout: float) -> None:
        """Tell of a session that was created by a URL that names another host; `timeout` in milliseconds."""
        made = {"session": session.to_string(), "timeout": str(timeout)}
        self._audit(URL_MISMATCH, peer, 0, lambda: applicant(params) | made)

    def _audit(self, what: str, peer: Any, code: int, facts: Callable[[], dict[str, str]]) -> None:
        status, address = ua.StatusCode(ua.UInt32(code)).name, str(peer[0]) if peer else ""
        since = self._seldom.due((what, address, code))
        if self.trail is None or since is None:
            return
        more = f", {since} more within a minute" if since else ""
        told = facts()
        detail = (status if code else f"{told['url']} is not this server") + more
        user = told.get("thumbprint", "")
        outcome = REFUSED if code else DONE
        self.trail.tell(Entry(what, user, DOOR, address=address, new=told, outcome=outcome, detail=detail))


def claimed(message: Buffer) -> dict[str, str]:
    """What a first message says of its client: the policy, and the thumbprints of its certificate."""
    facts: dict[str, str] = {}
    with suppress(Exception):  # strangers send anything
        claims = read_struct(ua.AsymmetricAlgorithmHeader, message)
        facts["policy"] = str(claims.SecurityPolicyURI or "")[:_LONGEST]
        facts |= _thumbprints(claims.SenderCertificate)
    return facts


def applicant(params: ua.CreateSessionParameters) -> dict[str, str]:
    """What a client says of itself when it wants a session: its application, and the thumbprints of its certificate."""
    application, url = params.ClientDescription.ApplicationUri, params.EndpointUrl
    facts = {"application": str(application or "")[:_LONGEST], "url": str(url or "")[:_LONGEST]}
    return facts | _thumbprints(params.ClientCertificate)


def _thumbprints(certificate: bytes | None) -> dict[str, str]:
    if not certificate:
        return {}
    sha1 = hashlib.sha1(certificate, usedforsecurity=False).hexdigest()
    return {"thumbprint": hashlib.sha256(certificate).hexdigest(), "sha1": sha1}
