"""`pde simulate`: published figures on the command line, and clear words for bad input."""

import csv
import json
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from engine_api.cli import app
from plant import catalog


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


def test_a_fault_comes_and_goes_at_its_times() -> None:
    arguments = (
        "--fault",
        "level_1=bias:0.5@20:40",
        "--fault",
        "level_2=open_circuit@30",
        "--until",
        "50",
        "--every",
        "10",
    )
    rows = table(simulate("quadruple-tank", *arguments))
    nominal = float(rows[0]["level_1 [cm]"])
    assert [float(row["level_1 [cm]"]) - nominal for row in rows] == pytest.approx([0, 0, 0.5, 0.5, 0, 0], abs=1e-9)
    assert [row["level_2 [cm]"] == "" for row in rows] == [False] * 3 + [True] * 3
    last = json.loads(simulate("quadruple-tank", *arguments, "--format", "json").stdout.splitlines()[-1])
    assert last["level_2"] is None


def test_a_start_state_and_a_seed_are_in_effect() -> None:
    rows = table(simulate("van-de-vusse", "--start", "closed-loop", "--seed", "7", "--until", "20", "--every", "20"))
    start = catalog.find("van-de-vusse").start("closed-loop")
    assert float(rows[0]["noise_seed"]) == 7
    assert {name: float(v) for name, v in rows[0].items() if name in start.inputs}.items() <= dict(start.inputs).items()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--start", "cold"], ["no start state 'cold' (there is: steady"]),
        (["--seed", "-1"], ["seed = -1 is outside"]),
        (["--fault", "level_1"], ["--fault level_1: write it as TAG=KIND:SIZE@START:END"]),
        (["--fault", "level_1=bias:much"], ["'much' is not a number"]),
        (["--fault", "level_1=bias:1@9:9"], ["it ends at 9 s, before it has begun"]),
        (
            ["--fault", "level_1=bias:nan", "--fault", "x=rust"],
            ["nan is not a finite", "no tag 'x'", "'rust' is no kind"],
        ),
    ],
)
def test_what_can_not_begin_is_told(arguments: list[str], words: list[str]) -> None:
    answer = simulate("quadruple-tank", *arguments, "--until", "9")
    assert (answer.exit_code, answer.stdout) == (2, "")
    for word in words:
        assert word in answer.stderr
