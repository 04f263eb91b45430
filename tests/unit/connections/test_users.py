"""Accounts, and how guessing is slowed."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from argon2 import extract_parameters

from connections import users as users_module
from connections.bus import connect
from connections.lockout import Lockout, pause
from connections.migrations import migrate
from connections.users import Users
from plant.access import User
from plant.errors import Duplicate, OutOfRange, UnknownName

PASSWORD = "correct horse battery"


@pytest.fixture
def users(tmp_path: Path) -> Iterator[Users]:
    url = f"sqlite:///{tmp_path / 'records.sqlite'}"
    migrate(url)
    with closing(Users(url)) as accounts:
        yield accounts


def test_a_password_opens_its_account_until_it_is_closed(users: Users) -> None:
    users.add("eva", User.ENGINEER, PASSWORD)
    found = users.by_password("eva", PASSWORD)
    assert found is not None
    assert found.role is User.ENGINEER
    assert users.by_password("eva", PASSWORD + "x") is None
    assert users.by_password("Eva", PASSWORD) is None
    assert users.by_password("x" * 10_000, "y" * 100_000) is None
    users.change_role("eva", User.VIEWER)
    users.change_password("eva", "another password")
    assert users.by_password("eva", PASSWORD) is None
    changed = users.by_password("eva", "another password")
    assert changed is not None
    assert changed.role is User.VIEWER
    users.disable("eva")
    assert users.by_password("eva", "another password") is None
    users.disable("eva", False)
    assert users.by_password("eva", "another password") is not None


def test_passwords_are_kept_as_argon2_and_nothing_tells_which_names_there_are(
    users: Users, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is wrong costs one hash of the same strength: the time tells nothing."""
    users.add("eva", User.ENGINEER, PASSWORD)
    users.add("closed", User.ENGINEER, PASSWORD)
    users.disable("closed")
    users.add("plc7", User.OPERATOR, certificate="ab" * 32)
    hashed: list[str] = []

    class Counting:
        def verify(self, kept: str, password: str) -> bool:
            hashed.append(kept)
            return hasher.verify(kept, password)

    hasher = users_module._HASHER
    monkeypatch.setattr(users_module, "_HASHER", Counting())
    for name in ("eva", "closed", "plc7", "nobody", ""):
        assert users.by_password(name, "wrong password") is None
    assert len(hashed) == 5
    assert all(extract_parameters(kept) == extract_parameters(hasher.hash("any")) for kept in hashed)
    assert all(kept.startswith("$argon2id$") and PASSWORD not in kept for kept in hashed)


def test_a_certificate_opens_its_account_and_no_password_does(users: Users) -> None:
    users.add("eva", User.OPERATOR, certificate="ab" * 32)
    found = users.by_certificate("ab" * 32)
    assert found is not None
    assert (found.name, found.has_password) == ("eva", False)
    assert users.by_password("eva", "") is None
    assert users.by_certificate("cd" * 32) is None
    with pytest.raises(Duplicate):
        users.add("max", User.OPERATOR, certificate="ab" * 32)
    users.disable("eva")
    assert users.by_certificate("ab" * 32) is None


@pytest.mark.parametrize("name", ["", " eva", "e\nva", "x" * 101, "anonymous", "Anonymous", "\x1b[1m"])
def test_names_that_mislead_are_refused(users: Users, name: str) -> None:
    with pytest.raises(OutOfRange):
        users.add(name, User.VIEWER, PASSWORD)


def test_problems_are_told(users: Users) -> None:
    for password in ("short", "x" * 201):
        with pytest.raises(OutOfRange):
            users.add("eva", User.VIEWER, password)
    users.add("eva", User.VIEWER, PASSWORD)
    with pytest.raises(Duplicate):
        users.add("eva", User.ADMIN, PASSWORD)
    with pytest.raises(UnknownName):
        users.change_role("nobody", User.ADMIN)
    assert [(one.name, one.role) for one in users.all()] == [("eva", User.VIEWER)]


async def test_guessing_is_locked_longer_each_time_and_forgotten_in_the_end(redis_url: str) -> None:
    assert [pause(failures) for failures in (0, 4, 5, 6, 7, 8, 1000)] == [0, 0, 10, 20, 40, 60, 60]
    async with connect(redis_url) as bus:
        one_door, another = Lockout(bus), Lockout(bus)
        for _ in range(4):
            await one_door.failed("eva")
        assert await another.locked("eva") == 0
        assert await another.failed("eva") == 5
        assert 9 < await one_door.locked("eva") <= 10
        assert await one_door.locked("max") == 0
        await another.passed("eva")
        assert await one_door.locked("eva") == 0
        assert await one_door.failed("eva") == 1
        assert 890 < await bus.redis.ttl((await bus.redis.keys("pde:failures:*"))[0]) <= 900
