"""Leases on a real Redis: one holder, higher epochs win, lost memory is given back."""

from typing import Any

import pytest
from redis import Redis

from connections.redis_keys import lease_key
from tests.waiting import until
from workers.lease import GIVES_WAY, HELD, Claim, epoch_key, hold, release

SIM = "wood-berry-1"


@pytest.fixture
def redis(redis_url: str) -> Any:
    with Redis.from_url(redis_url) as connection:
        yield connection


def one(redis: Any, epoch: int, owner: str, life: float = 10.0, action: int = 0) -> bool:
    return bool(hold(redis, [Claim(SIM, epoch, action)], owner, life)[0] == HELD)


def test_one_owner_holds_an_epoch_and_renews_it(redis: Any) -> None:
    assert one(redis, 1, "a")
    assert one(redis, 1, "a")
    assert not one(redis, 1, "b")


def test_a_higher_epoch_displaces_a_lower_one_for_ever(redis: Any) -> None:
    assert one(redis, 1, "a")
    assert hold(redis, [Claim(SIM, 2)], "b", 10.0) == [GIVES_WAY]
    assert not one(redis, 1, "a")
    release(redis, SIM, 1, "a")
    assert one(redis, 2, "b")
    release(redis, SIM, 2, "b")
    assert not one(redis, 1, "a")
    assert redis.get(epoch_key(SIM)) == b"2"


def test_a_lease_that_expired_comes_back_to_its_epoch(redis: Any) -> None:
    assert one(redis, 1, "a", life=0.05)
    until(lambda: not redis.exists(lease_key(SIM)), "the lease expires")
    assert one(redis, 1, "a")


def test_only_its_owner_releases_a_lease(redis: Any) -> None:
    assert one(redis, 2, "b")
    release(redis, SIM, 2, "a")
    release(redis, SIM, 1, "b")
    assert redis.exists(lease_key(SIM))
    release(redis, SIM, 2, "b")
    assert not redis.exists(lease_key(SIM))


def test_a_redis_without_memory_learns_the_number_of_the_last_action(redis: Any) -> None:
    assert one(redis, 3, "a", action=17)
    assert redis.get(f"pde:action:{SIM}") == b"17"
    redis.set(f"pde:action:{SIM}", 20)
    assert one(redis, 3, "a", action=17)
    assert redis.get(f"pde:action:{SIM}") == b"20"


def test_many_are_held_in_one_call_each_for_itself(redis: Any) -> None:
    one(redis, 5, "other")
    claims = [Claim("x-1", 1), Claim(SIM, 4), Claim("x-2", 9)]
    assert hold(redis, claims, "a", 10.0) == [1, 0, 1]
    assert redis.hgetall(lease_key("x-2")) == {b"epoch": b"9", b"owner": b"a"}
    assert redis.pttl(lease_key("x-1")) > 9000
