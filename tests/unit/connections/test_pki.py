"""Certificates: one's own, whom they trust, and the folders they are kept in."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from connections.pki.checks import Anchors, Cause, CertificateRefused, check, first_certificate
from connections.pki.own import CERTIFICATE, KEY, Hosts, own_certificate
from connections.pki.store import MOST_REJECTED, Pki, thumbprint
from plant.errors import InvalidValue, Unavailable, UnknownName
from tests.certificates import DAY, Holder, made

HOSTS = Hosts(frozenset({"localhost", "127.0.0.1"}), frozenset({"here"}))
NOW = datetime.now(UTC)


def own(folder: Path, hosts: Hosts = HOSTS) -> x509.Certificate:
    return own_certificate(folder, "Engine", "urn:engine", hosts).certificate


def test_the_own_certificate_is_made_once_and_kept(tmp_path: Path) -> None:
    first = own(tmp_path)
    names = first.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.UniformResourceIdentifier) == ["urn:engine"]
    assert set(names.get_values_for_type(x509.DNSName)) == {"localhost", "here"}
    assert [str(address) for address in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1"]
    assert (tmp_path / KEY).stat().st_mode & 0o777 == 0o600
    assert own(tmp_path) == first
    assert own(tmp_path, Hosts(HOSTS.needed, frozenset({"elsewhere"}))) == first  # a new interface breaks no trust


def test_a_new_host_or_the_end_of_its_time_renews_it_with_the_same_key(tmp_path: Path) -> None:
    first = own(tmp_path)
    wider = own(tmp_path, Hosts(frozenset({"plant.example"})))
    names = wider.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert {"plant.example", "localhost", "here"} <= set(names.get_values_for_type(x509.DNSName))
    assert wider.public_key() == first.public_key()


def test_files_that_do_not_fit_are_refused_in_words(tmp_path: Path) -> None:
    own(tmp_path)
    (tmp_path / CERTIFICATE).write_bytes(made(issuer_name="Somebody").der)
    with pytest.raises(Unavailable, match="do not belong together"):
        own(tmp_path)
    (tmp_path / KEY).write_bytes(b"nonsense")
    with pytest.raises(Unavailable, match="can't be used"):
        own(tmp_path)


def test_what_somebody_else_signed_is_never_replaced(tmp_path: Path) -> None:
    key = own_certificate(tmp_path, "Engine", "urn:engine", HOSTS).key
    signed = made(issuer=made("authority", authority=True), key=key, end=DAY)
    (tmp_path / CERTIFICATE).write_bytes(signed.der)
    assert own(tmp_path) == signed.certificate


def refused(holder: Holder, *trusted: Holder, issuers: tuple[Holder, ...] = ()) -> Cause | None:
    anchors = Anchors(frozenset(t.certificate for t in trusted), frozenset(i.certificate for i in issuers))
    try:
        check(holder.certificate, anchors, NOW)
    except CertificateRefused as error:
        return error.cause
    return None


def test_trust_comes_from_the_certificate_or_its_issuers() -> None:
    root = made("root", authority=True)
    middle = made("middle", issuer=root, authority=True)
    leaf = made("leaf", issuer=middle)
    assert refused(leaf, leaf) is None
    assert refused(leaf, middle) is None
    assert refused(leaf, root, issuers=(middle,)) is None
    assert refused(leaf, root) is Cause.UNTRUSTED
    assert refused(leaf, issuers=(root, middle)) is Cause.UNTRUSTED
    assert refused(made("leaf"), leaf) is Cause.UNTRUSTED
    gone = made("gone", issuer=root, authority=True, end=-DAY / 2)
    assert refused(made("leaf", issuer=gone), root, issuers=(gone,)) is Cause.ISSUER_TIME
    plain = made("plain", issuer=root)
    assert refused(made("leaf", issuer=plain), root, issuers=(plain,)) is Cause.UNTRUSTED


@pytest.mark.parametrize(
    ("holder", "cause"),
    [
        (made(end=-DAY / 2), Cause.TIME), (made(start=DAY / 2), Cause.TIME), (made(bits=1024), Cause.WEAK),
        (made(algorithm=hashes.SHA224()), Cause.WEAK), (made(signs=False), Cause.USE),
    ],
)  # fmt: skip
def test_a_trusted_certificate_has_to_be_sound_too(holder: Holder, cause: Cause) -> None:
    assert refused(holder, holder) is cause
    assert refused(holder) is Cause.UNTRUSTED  # a stranger learns nothing else


@pytest.mark.parametrize("data", [b"", b"\x30", b"\x30\x84\xff\xff\xff\xff", b"\0" * 100, b"\x30" * 20_000])
def test_no_bytes_do_harm(data: bytes) -> None:
    with pytest.raises(CertificateRefused) as error:
        first_certificate(data)
    assert error.value.cause is Cause.INVALID


def test_the_first_certificate_of_a_chain_counts() -> None:
    leaf = made("leaf")
    assert first_certificate(leaf.der + made("other").der) == leaf.certificate


def test_trust_and_rejection_count_at_once(tmp_path: Path) -> None:
    store, holder = Pki(tmp_path), made("one")
    assert store.remember(holder.certificate)
    assert not store.remember(holder.certificate)
    assert not store.anchors().trusted
    name = thumbprint(holder.certificate)
    for wrong in ("", name[:5], "f" * 64, "*"):
        with pytest.raises(UnknownName):
            store.trust(wrong)
    Pki(tmp_path).trust(name[:8].upper())
    assert store.anchors().trusted == {holder.certificate}
    assert [one.folder for one in store.listed()] == ["trusted"]
    Pki(tmp_path).reject(name[:8])
    assert not store.anchors().trusted


def test_a_file_is_trusted_by_its_path(tmp_path: Path) -> None:
    store, holder = Pki(tmp_path / "pki"), made("one")
    path, _ = holder.save(tmp_path)
    assert store.trust(str(path)).certificate == holder.certificate
    assert store.anchors().trusted == {holder.certificate}
    (tmp_path / "text").write_text("no certificate")
    with pytest.raises(InvalidValue, match="holds no certificate"):
        store.trust(str(tmp_path / "text"))


def test_few_strangers_are_kept_and_few_at_once(tmp_path: Path) -> None:
    store, key = Pki(tmp_path), made().key
    for number in range(MOST_REJECTED):
        (tmp_path / "rejected" / f"{number}.der").write_bytes(b"old")
    kept = [store.remember(made(f"client {number}", key=key).certificate) for number in range(30)]
    assert sum(kept) == 20
    assert len(list((tmp_path / "rejected").iterdir())) == MOST_REJECTED
