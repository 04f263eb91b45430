"""The certificates of OPC UA clients: which are trusted, which wait for a decision; for administrators."""

import asyncio
from collections.abc import Callable
from typing import Annotated, TypeVar

from fastapi import APIRouter, Path, Request

from connections.pki.store import Listed, Pki
from engine_api.access_schemas import CertificateAnswer, CertificateBody, CertificatesAnswer
from engine_api.engine import Engine, EngineHere
from engine_api.moments import moment
from engine_api.problems import documented
from engine_api.security import AdministratorHere, tell
from engine_api.strict_route import StrictRoute
from plant.errors import Unavailable

router = APIRouter(prefix="/api/certificates", tags=["access"], route_class=StrictRoute)
Thumbprint = Annotated[
    str,
    Path(pattern="^[0-9a-fA-F]{6,64}$", description="The beginning of its SHA-256", examples=["3fa94c21"]),
]
_T = TypeVar("_T")
_ORDER = documented(404, 422)


@router.get("", responses=documented())
async def list_certificates(_: AdministratorHere, engine: EngineHere) -> CertificatesAnswer:
    """Trusted certificates, known issuers, and those of clients that were refused."""
    return CertificatesAnswer(certificates=[_shown(one) for one in await _asked(engine, Pki.listed)])


@router.post("", status_code=201, responses=documented(400, 408, 413, 422))
async def add_certificate(
    request: Request, caller: AdministratorHere, engine: EngineHere, body: CertificateBody
) -> CertificateAnswer:
    """Trust a client, or an authority and with it every certificate that it signs, in advance."""
    added = _shown(await _asked(engine, lambda pki: pki.add(body.pem.encode(), "pem")))
    tell(request, caller, "add_certificate", new=_facts(added))
    return added


@router.post("/{thumbprint}/trust", responses=_ORDER)
async def trust_certificate(
    request: Request, caller: AdministratorHere, engine: EngineHere, thumbprint: Thumbprint
) -> CertificateAnswer:
    """Trust a client that was refused; it counts at once."""
    trusted = _shown(await _asked(engine, lambda pki: pki.accept(thumbprint)))
    tell(request, caller, "trust_certificate", new=_facts(trusted))
    return trusted


@router.post("/{thumbprint}/reject", responses=_ORDER)
async def reject_certificate(
    request: Request, caller: AdministratorHere, engine: EngineHere, thumbprint: Thumbprint
) -> CertificateAnswer:
    """Trust a certificate no longer: from the next channel on, and when a channel is renewed."""
    rejected = _shown(await _asked(engine, lambda pki: pki.reject(thumbprint)))
    tell(request, caller, "reject_certificate", old=_facts(rejected))
    return rejected


@router.delete("/{thumbprint}", responses=_ORDER)
async def remove_certificate(
    request: Request, caller: AdministratorHere, engine: EngineHere, thumbprint: Thumbprint
) -> CertificateAnswer:
    """Forget a certificate that was rejected; its client is listed again when it comes back."""
    removed = _shown(await _asked(engine, lambda pki: pki.remove(thumbprint)))
    tell(request, caller, "remove_certificate", old=_facts(removed))
    return removed


async def _asked(engine: Engine, work: Callable[[Pki], _T]) -> _T:
    try:
        return await asyncio.to_thread(lambda: work(Pki(engine.settings.pki_folder)))
    except OSError as error:
        raise Unavailable(f"the folder of certificates can't be used: {error.strerror}") from error


def _facts(shown: CertificateAnswer) -> dict[str, str]:
    return {"thumbprint": shown.thumbprint, "subject": shown.subject}


def _shown(listed: Listed) -> CertificateAnswer:
    certificate = listed.certificate
    return CertificateAnswer(
        folder=listed.folder, thumbprint=listed.thumbprint, subject=listed.subject, application_uri=listed.uri,
        valid_from=moment(certificate.not_valid_before_utc) or "",
        valid_until=moment(certificate.not_valid_after_utc) or "",
    )  # fmt: skip
