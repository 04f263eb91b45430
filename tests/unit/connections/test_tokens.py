"""Sign-ins and API keys in the database: what stands, what is over, and what a user's end means for them."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from connections import tokens
from connections.api_keys import ApiKeys
from connections.migrations import migrate
from connections.tokens import Kind, SignIns
from connections.users import Users
from plant.access import Right, User
from plant.errors import OutOfRange, UnknownName, WrongType
from tests.waiting import until

PASSWORD = "correct horse battery"


@pytest.fixture
def users(tmp_path: Path) -> Iterator[Users]:
    url = f"sqlite:///{tmp_path / 'records.sqlite'}"
    migrate(url)
    with closing(Users(url)) as opened:
        opened.add("eva", User.OPERATOR, PASSWORD)
        yield opened


def test_a_sign_in_stands_until_it_is_over_or_revoked(users: Users) -> None:
    signed = SignIns(users)
    number = signed.open("eva", Kind.BEARER, 60, "127.0.0.1")
    found = signed.standing(number)
    assert found is not None
    assert (found.user, found.role, found.generation) == ("eva", User.OPERATOR, 1)
    assert signed.standing(signed.open("eva", Kind.BEARER, -1, "")) is None
    assert signed.revoke(number)
    assert not signed.revoke(number)
    assert signed.standing(number) is None
    assert signed.standing("nothing") is None


def test_a_generation_is_renewed_once(users: Users) -> None:
    signed = SignIns(users)
    number = signed.open("eva", Kind.BEARER, 60, "")
    assert signed.renew(number, 1, 60)
    assert not signed.renew(number, 1, 60)
    assert signed.renew(number, 2, 60)


def test_a_session_is_known_by_its_secret_alone(users: Users) -> None:
    signed = SignIns(users)
    signed.open("eva", Kind.SESSION, 60, "", "secret")
    assert signed.by_secret("secret") is not None
    assert signed.by_secret("Secret") is None
    users.disable("eva")
    assert signed.by_secret("secret") is None


def test_the_end_of_a_user_ends_every_sign_in(users: Users) -> None:
    signed = SignIns(users)
    numbers = [signed.open("eva", Kind.BEARER, 60, "") for _ in range(3)]
    users.change_role("eva", User.VIEWER)
    found = signed.standing(numbers[0])
    assert found is not None
    assert found.role is User.VIEWER
    assert signed.revoke_user("eva") == 3
    users.remove("eva")
    assert all(signed.standing(number) is None for number in numbers)


def test_sign_ins_do_not_pile_up(users: Users, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "MOST_SIGN_INS", 3)
    signed = SignIns(users)
    numbers = [signed.open("eva", Kind.BEARER, 60, "") for _ in range(6)]
    assert [signed.standing(number) is not None for number in numbers] == [False] * 3 + [True] * 3


def test_an_api_key_is_known_by_all_of_it(users: Users) -> None:
    keys = ApiKeys(users)
    number, key = keys.add("eva", "historian", ["read", "operate"], 1)
    found = keys.standing(key)
    assert found is not None
    assert (found.user, found.scopes) == ("eva", {Right.READ, Right.OPERATE})
    for wrong in (key[:-1], key + "x", key.replace(number, "0" * 16), number, "", "pde_"):
        assert keys.standing(wrong) is None
    (listed,) = keys.all("eva")
    assert (listed.id, listed.label) == (number, "historian")
    assert keys.revoke(number, "eva").id == number
    assert keys.standing(key) is None


def test_an_api_key_ends_with_its_time_its_user_and_the_users_role(users: Users) -> None:
    keys = ApiKeys(users)
    _, short = keys.add("eva", "short", ["read"], 1e-6)
    until(lambda: keys.standing(short) is None, "its time is over")
    _, key = keys.add("eva", "long", ["read", "operate"], 1)
    users.disable("eva")
    assert keys.standing(key) is None


def test_what_an_api_key_can_not_be(users: Users) -> None:
    keys = ApiKeys(users)
    for scopes, error in ((["engineer"], OutOfRange), (["everything"], WrongType), ([], OutOfRange)):
        with pytest.raises(error):
            keys.add("eva", "key", scopes, 1)
    for label, days in (("", 1), ("a\nb", 1), ("key", 0), ("key", 1e9), ("key", float("nan"))):
        with pytest.raises(OutOfRange):
            keys.add("eva", label, ["read"], days)
    with pytest.raises(UnknownName):
        keys.add("nobody", "key", ["read"], 1)
    with pytest.raises(UnknownName):
        keys.revoke(keys.add("eva", "key", ["read"], 1)[0], "max")
