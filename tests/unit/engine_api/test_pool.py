"""How many workers a pool wants: more for what waits, fewer when the others have room."""

import pytest

from engine_api.pool import Load, wanted


@pytest.mark.parametrize(
    ("workers", "hosted", "waiting", "most", "expected"),
    [
        (1, 0, 0, 4, 1),
        (1, 10, 0, 4, 1),
        (1, 10, 1, 4, 2),
        (1, 10, 25, 4, 4),
        (1, 10, 25, 2, 2),
        (1, 5, 5, 4, 1),
        (4, 40, 1, 4, 4),
        (2, 5, 0, 4, 1),
        (2, 6, 0, 4, 2),
        (3, 10, 0, 4, 2),
        (2, 0, 3, 4, 2),
    ],
)
def test_as_many_as_the_work_needs(workers: int, hosted: int, waiting: int, most: int, expected: int) -> None:
    assert wanted(Load(workers, 10, hosted, waiting), most) == expected


def test_no_number_of_jobs_makes_it_larger_than_allowed_or_empty() -> None:
    for waiting in range(0, 500, 7):
        for hosted in range(0, 50, 5):
            assert 1 <= wanted(Load(5, 10, hosted, waiting), 8) <= 8
