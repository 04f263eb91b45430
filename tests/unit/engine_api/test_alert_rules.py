"""The board of alerts: raised after their patience, once, over with hysteresis, taken over from another engine."""

import pytest

from engine_api.alerts.rules import Board, Limits, Measure, rules

RULES = rules(Limits(stuck=10, skew=1.0, lease=7.0, disk=0.1, attempts=5))


def stuck(value: float, sim_id: str = "a-1") -> Measure:
    return Measure("stuck", sim_id, value, sim_id=sim_id)


def test_raised_once_and_over_once() -> None:
    board = Board(RULES)
    assert board.look([stuck(9.9)], 100) == []
    (raised,) = board.look([stuck(12)], 101)
    assert (raised.message, raised.since, raised.ended) == ("a-1 has made no step for 12 s", 101, None)
    assert board.look([stuck(13)], 102) == []
    (over,) = board.look([stuck(0)], 103)
    assert (over.key, over.since, over.ended) == ("stuck:a-1", 101, 103)
    assert board.raised == {}


def test_over_when_its_subject_has_gone() -> None:
    board = Board(RULES)
    board.look([stuck(12), stuck(12, "b-2")], 1)
    (over,) = board.look([stuck(12)], 2)
    assert (over.subject, set(board.raised)) == ("b-2", {"stuck:a-1"})


def test_patience_begins_anew_after_a_break() -> None:
    board, skew = Board(RULES), Measure("skew", "m", 1.5)
    assert board.look([skew], 0) == []
    assert board.look([skew], 1.9) == []
    assert board.look([], 2) == []
    assert board.look([skew], 3) == []
    assert len(board.look([skew], 5)) == 1


def test_hysteresis() -> None:
    board = Board(RULES)
    board.look([Measure("disk", "d", 0.91)], 0)
    assert board.look([Measure("disk", "d", 0.89)], 1) == []
    assert [alert.ended for alert in board.look([Measure("disk", "d", 0.87)], 2)] == [2]


def test_what_another_engine_raised_is_not_raised_again() -> None:
    first = Board(RULES)
    raised = first.look([stuck(12)], 1)
    second = Board(RULES, raised)
    assert second.look([stuck(13)], 2) == []
    assert [alert.ended for alert in second.look([], 3)] == [3]


@pytest.mark.parametrize("name", list(RULES))
def test_every_sentence_can_be_said(name: str) -> None:
    rule = RULES[name]
    assert 1 <= rule.severity <= 1000
    assert rule.ends <= rule.limit
    measure = Measure(name, "x", rule.limit, "because")
    board = Board(RULES)
    board.look([measure], 0)
    board.look([measure], rule.patience)
    (alert,) = board.raised.values()
    assert "{" not in alert.message
