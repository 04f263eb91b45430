"""What a request brings as its credential."""

import pytest
from starlette.datastructures import Headers

from engine_api.authentication import Credential, credential_of
from plant.errors import NotSignedIn


@pytest.mark.parametrize(("header", "found"), [
    ("Bearer pde_abc", Credential("pde_abc")), ("bearer  abc", Credential("abc")),
    ("Token pde_abc", Credential("pde_abc")), ("Token its-own-database-token", None), ("token ", None),
])  # fmt: skip
def test_what_is_ours_counts_and_the_token_of_a_database_is_not_asked(header: str, found: Credential | None) -> None:
    assert credential_of(Headers({"Authorization": header})) == found


@pytest.mark.parametrize("header", ["Basic ZXZhOng=", "Bearer", "Bearer ", "", f"Bearer {'x' * 100_000}", "pde_abc"])
def test_anything_else_is_refused(header: str) -> None:
    with pytest.raises(NotSignedIn):
        credential_of(Headers({"Authorization": header}))


def test_two_at_once_are_refused() -> None:
    with pytest.raises(NotSignedIn, match="not several"):
        credential_of(Headers({"Authorization": "Bearer a", "X-API-Key": "b"}))
