"""`pde simulate`: published figures on the command line, and clear words for bad input."""

import csv
import json
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from engine_api.cli import app


def simulate(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["simulate", *arguments])


def table(answer: Result) -> list[dict[str, Any]]:
    assert answer.exit_code == 0, answer.output
    return list(csv.DictReader(answer.stdout.splitlines()))


def test_the_wood_berry_step_response_is_printed() -> None:
    last = table(simulate("wood-berry", "--set", "reflux_flow=2.05", "--until", "1800", "--every", "600"))[-1]
    assert float(last["time [s]"]) == 1800
    assert float(last["distillate_methanol [%]"]) == pytest.approx(97.304552, abs=1e-6)
    assert float(last["bottoms_methanol [%]"]) == pytest.approx(1.079990, abs=1e-6)


def test_a_setting_waits_for_its_time() -> None:
    rows = table(simulate("wood-berry", "--set", "reflux_flow=2.05@60", "--until", "120", "--every", "30"))
    assert [float(row["reflux_flow [lb/min]"]) for row in rows] == [1.95, 1.95, 2.05, 2.05, 2.05]
    assert float(rows[-1]["distillate_methanol [%]"]) == pytest.approx(96.25)


def test_json_holds_the_same_numbers() -> None:
    arguments = ("quadruple-tank", "--set", "pump_1_voltage=4", "--until", "60", "--every", "20")
    rows = table(simulate(*arguments))
    objects = [json.loads(line) for line in simulate(*arguments, "--format", "json").stdout.splitlines()]
    assert [o["level_1"] for o in objects] == pytest.approx([float(row["level_1 [cm]"]) for row in rows])
    assert objects[-1]["level_1"] == pytest.approx(15.53136813, abs=1e-5)


def test_a_mode_is_set_by_its_word() -> None:
    rows = table(simulate("wood-berry", "--set", "distillate_methanol_mode=auto", "--until", "2"))
    assert {row["distillate_methanol_mode"] for row in rows} == {"1"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["wood-bery", "--until", "1"], ["wood-bery", "wood-berry"]),
        (["wood-berry", "--set", "reflux_flow=9", "--until", "9"], ["reflux_flow = 9 lb/min is outside 0..4"]),
        (["wood-berry", "--set", "reflux_flow=nan", "--until", "9"], ["not a finite number"]),
        (["wood-berry", "--set", "reflux_flow", "--until", "9"], ["TAG=VALUE"]),
        (["wood-berry", "--set", "reflux_flow=2@10", "--until", "9"], ["10 s is outside 0..9"]),
        (["wood-berry", "--set", "distillate_methanol=2", "--until", "9"], ["can't be written"]),
        (["wood-berry", "--until", "nan"], ["--until nan"]),
        (["wood-berry", "--until", "9", "--every", "-1"], ["--every -1"]),
        (
            ["wood-berry", "--set", "x=1", "--set", "feed_flow=7", "--until", "9"],
            ["no tag 'x'", "feed_flow = 7 lb/min is outside 0..5"],
        ),
    ],
)
def test_bad_input_ends_with_two_and_all_problems(arguments: list[str], words: list[str]) -> None:
    answer = simulate(*arguments)
    assert answer.exit_code == 2
    assert answer.stdout == ""
    for word in words:
        assert word in answer.stderr


def test_a_tag_that_a_loop_moves_is_refused_at_its_time() -> None:
    answer = simulate(
        "wood-berry",
        "--set",
        "distillate_methanol_mode=auto",
        "--set",
        "reflux_flow=2@5",
        "--until",
        "9",
        "--every",
        "9",
    )
    assert answer.exit_code == 2
    assert "at 5 s" in answer.stderr
    assert "manual" in answer.stderr
