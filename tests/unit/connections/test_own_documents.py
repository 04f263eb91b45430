"""Files of own models: what they make, and that all their problems are told at once with their places."""

import json
import math
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from connections.own.document import DEEPEST, LARGEST, parse
from plant.errors import InvalidRequest, InvalidValue
from plant.model import Model
from plant.own.document import read
from plant.own.trial import complaints
from plant.simulation import Simulation

EXAMPLE = Path(__file__).parents[3] / "examples" / "mixing-tank.yaml"
SMALL = {
    "id": "small", "name": "Small", "description": "One lag",
    "tags": [
        {"name": "valve", "role": "input", "unit": "%", "low": 0, "high": 100, "nominal": 50},
        {"name": "flow", "role": "output", "unit": "kg/s", "low": 0, "high": 10, "nominal": 5},
    ],
    "transfer_functions": [{"from": "valve", "to": "flow", "gain": 0.1, "time_constants": 4}],
}  # fmt: skip


def model(document: object) -> Model:
    return read(parse(json.dumps(document).encode()))


def problems(document: object) -> list[str]:
    with pytest.raises((InvalidValue, InvalidRequest)) as caught:
        model(document)
    return list(caught.value.problems)


def changed(**changes: object) -> dict[str, object]:
    return json.loads(json.dumps(SMALL)) | changes


def with_tag(place: int, **changes: object) -> dict[str, object]:
    document = changed()
    document["tags"][place] |= changes
    return document


def test_the_example_is_a_good_model():
    example = read(parse(EXAMPLE.read_bytes()))
    assert complaints(example) == []
    assert example.kind == "own"
    assert "exp(-pipe_dead_time s)" in example.documentation
    assert example.start("closed-loop").inputs == {"level_mode": 1.0, "outlet_temperature_mode": 1.0}


def test_the_example_moves_as_it_says():
    """Ten more litres a minute of hot feed: level + 5 %/min; outlet 0.6 * 10 (1 - exp(-(t - 1.5)/6)) K."""
    simulation = Simulation(read(parse(EXAMPLE.read_bytes())), 1.0, {"hot_flow": 30.0})
    simulation.advance(300)
    values = dict(zip((tag.name for tag in simulation.model.tags), simulation.values.tolist(), strict=True))
    assert values["level"] == pytest.approx(50 + 5 * 5, abs=1e-9)
    assert values["tank_temperature"] == pytest.approx(45 + 6 * (1 - math.exp(-1)), abs=1e-9)
    assert values["outlet_temperature"] == pytest.approx(45 + 6 * (1 - math.exp(-3.5 / 6)), abs=1e-9)


def test_the_interlock_of_the_example_closes_the_feeds():
    simulation = Simulation(read(parse(EXAMPLE.read_bytes())), 1.0, {"hot_flow": 40.0})
    simulation.advance(600)
    assert simulation.values[simulation.model.index("high_level_trip")] == 1
    assert simulation.values[simulation.model.index("hot_flow")] == 0


def test_its_loops_and_its_interlock_keep_their_pace_in_long_steps():
    """A minute at once is sixty steps of the declared second: the same values, and the trip comes no later."""
    example = read(parse(EXAMPLE.read_bytes()))
    runs = []
    for step in (1.0, 60.0):
        simulation = Simulation(example, step, {"hot_flow": 40.0, "outlet_temperature_mode": 1.0})
        simulation.advance(round(600 / step))
        runs.append(simulation.values.tolist())
    assert runs[0] == runs[1]
    assert runs[1][example.index("high_level_trip")] == 1
    assert runs[1][example.index("level")] < 97.5


def test_yaml_and_json_make_the_same_model():
    example = yaml.safe_load(EXAMPLE.read_text())
    assert model(example) == read(parse(EXAMPLE.read_bytes()))


def test_a_state_space():
    document = changed(
        transfer_functions=None,
        state_space={"a": [[0, 1], [-1, -2]], "b": [[0], [1]], "c": [[1, 0]], "dead_times": {"valve": 2}},
        starts=[{"name": "moving", "states": [0.5, 0]}],
    )
    simulation = Simulation(model(document), 1.0, {"valve": 51.0})
    assert simulation.values[1] == 5.5
    simulation.advance(3)
    rest = Simulation(model(document | {"starts": []}), 1.0, {"valve": 51.0})
    rest.advance(3)
    assert rest.values[1] == pytest.approx(5 + 1 - 2 * math.exp(-1), abs=1e-12)


def test_a_discrete_state_space_keeps_its_own_time():
    document = changed(
        transfer_functions=None, state_space={"a": [[0.5]], "b": [[0.1]], "c": [[1]], "sample_time": 4}
    )  # fmt: skip
    simulation = Simulation(model(document), 1.0, {"valve": 60.0})
    shown = []
    for _ in range(9):
        simulation.advance()
        shown.append(float(simulation.values[1]))
    assert shown == pytest.approx([5, 5, 5, 6, 6, 6, 6, 6.5, 6.5], abs=1e-12)


def test_all_problems_are_told_at_once_with_their_places():
    text = """\
id: Not Kebab
name: Wrong
description: Everything is wrong
sample_tme: 1
tags:
  - {name: valve, role: input, unit: kgs/h, low: 5, high: 2, nominal: 50}
  - {name: flow, role: outputt, low: 0, high: .inf, nominal: yes}
  - {name: level, role: output, low: 0, high: 1, nominal: 2, limits: {high: 0.1, low: 0.5}}
transfer_functions:
  - {from: valve, to: level, numerator: [1, 2, 3], denominator: [1, 1], dead_time: -4}
loops:
  - {controlled: levl, manipulated: valve, gain: 0}
"""
    with pytest.raises(InvalidRequest) as caught:
        read(parse(text.encode()))
    told = "\n".join(caught.value.problems)
    for words in (
        "line 1, column 5: id takes a name in lower case words joined by hyphens",
        "line 4, column 13: sample_tme is no key that is known here; did you mean 'sample_time'?",
        "line 6, column 38: tags[0].unit = 'kgs/h' is not in the table of units; did you mean kg/h",
        "line 7, column 24: tags[1].role takes input or disturbance",
        "line 7, column 47: tags[1].high takes a number, not the text '.inf'",
        "line 7, column 62: tags[1].nominal takes a number, not the text 'yes'",
        "line 8, column 59: tags[2].nominal = 2 is outside 0..1",
        "line 12, column 18: loops[0].controlled = 'levl' is no tag of this model; did you mean 'level'?",
        "line 12, column 50: loops[0].gain = 0 controls nothing",
    ):
        assert words in told


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (changed(transfer_functions=[{"from": "valve", "to": "flow", "numerator": [1, 0, 0], "denominator": [1, 1]}]),
         "improper"),
        (changed(transfer_functions=[{"from": "valve", "to": "flow", "gain": 1, "dead_time": -0.5}]), "negative"),
        (changed(transfer_functions=[{"from": "flow", "to": "valve", "gain": 1}]), "not the name of an input"),
        (changed(transfer_functions=[]), "lead nowhere to 'flow'"),
        (changed(transfer_functions=[{"from": "valve", "to": "flow", "gain": 1, "numerator": [1]}]), "exclude"),
        (changed(transfer_functions=[{"from": "valve", "to": "flow", "gain": 1, "dead_time": "pipe"}]), "parameter"),
        (changed(transfer_functions=None), "either transfer_functions or state_space, not none"),
        (changed(state_space={"a": [[1]], "b": [[1]], "c": [[1]]}), "not both"),
        (changed(transfer_functions=None, state_space={"a": [[1, 2]], "b": [[1]], "c": [[1]]}), "not 1 x 2"),
        (changed(transfer_functions=None, state_space={"a": [[1]], "b": [[1], [2]], "c": [[1]]}), "not 2 x 1"),
        (changed(transfer_functions=None, state_space={"a": [[1]], "b": [[1]], "c": [["x"]]}),
         "c[0][0] takes a number"),
        (changed(loops=[{"controlled": "flow", "manipulated": "valve", "gain": 1, "integral_time": -1}]),
         "is negative"),
        (changed(starts=[{"name": "far", "inputs": {"valve": 200}}]), "outside 0..100"),
        (changed(starts=[{"name": "far", "inputs": {"flow": 2}}]), "nobody writes"),
        (changed(starts=[{"name": "far", "states": [1, 2]}]), "0 states by number"),
        (changed(interlocks=[{"name": "trip", "watched": "flow", "limit": 9, "side": "up"}]), "high or low"),
        (changed(interlocks=[{"name": "trip", "watched": "flow", "limit": 9, "side": "high", "forces": {"flow": 1}}]),
         "nobody writes"),
        (with_tag(0, name="history"), "word of the engine"),
        (with_tag(0, name="flow"), "name of an earlier tag"),
        (with_tag(0, states=["open", "shut"], role="output"), "give numbers"),
        (with_tag(0, low=math.nan), "takes a number"),
        (with_tag(0, nominal=10**400), "number"),
        (with_tag(1, limits={"high": 99}), "outside the range"),
        (changed(time_unit="fortnight"), "s or min or h"),
        (changed(sample_time=1e9), "outside 0.05..60"),
        (changed(tags=[]), "not the name"),
        (changed(name=3), "name takes a text, not 3"),
        ([], "takes keys with values, not a list"),
        ("text", "takes keys with values, not the text"),
    ],
)  # fmt: skip
def test_what_is_refused_and_in_which_words(document, words):
    assert words in "\n".join(problems(document))


def test_an_algebraic_loop_is_refused():
    loop = {"controlled": "flow", "manipulated": "valve", "gain": 1, "integral_time": 5}
    document = changed(loops=[loop])
    document["transfer_functions"] = [{"from": "valve", "to": "flow", "gain": 0.1}]
    assert "is an algebraic loop: 'flow' answers 'valve' at once" in problems(document)[0]
    document["transfer_functions"][0]["dead_time"] = 0.1
    assert model(document).loops


def test_cascades_that_bite_their_own_tail_are_refused():
    document = with_tag(0)
    document["tags"].append({"name": "level", "role": "output", "low": 0, "high": 1, "nominal": 0.5})
    document["transfer_functions"].append({"from": "valve", "to": "level", "gain": 0.1, "time_constants": 1})
    document["loops"] = [
        {"controlled": "flow", "manipulated": "level_setpoint", "gain": 1},
        {"controlled": "level", "manipulated": "flow_setpoint", "gain": 1},
    ]
    assert "closes an algebraic loop" in problems(document)[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "empty"),
        (b"\xff\xfe", "not UTF-8"),
        (b"a: [", "line"),
        (b"a: 1\na: 2", "line 2, column 1: the key 'a' stands there twice"),
        (b"a: &x [1]\nb: *x", "line 2, column 4: the alias"),
        (b"a: !!python/object/apply:os.system ['true']", "line 1, column 4: the tag"),
        (b"a: !custom 1", "the tag !custom"),
        (b"a: 1\n---\nb: 2", "second document"),
        (b"[" * (DEEPEST + 5), "deeper than"),
        (b"? [a]\n: 1", "a key must be a plain text"),
        (b"x" * (LARGEST + 1), "the most is"),
        (b"[" + b"1," * 100_001 + b"]", "more than 100000 values"),
        (b"a: \x00", "neither YAML nor JSON"),
    ],
)  # fmt: skip
def test_texts_that_are_no_document(text, words):
    with pytest.raises(InvalidValue, match=words.replace("[", r"\[")):
        parse(text)


def test_plain_words_mean_what_they_look_like():
    root = parse(b"{a: on, b: 1:30, c: 0o17, d: ~, e: true, f: 1e3, g: '1', h: -.5, i: 012}")
    assert {key: node.value for key, node in root.value.items()} == {
        "a": "on", "b": "1:30", "c": "0o17", "d": None, "e": True, "f": 1000.0, "g": "1", "h": -0.5, "i": 12.0,
    }  # fmt: skip


@given(st.binary(max_size=300))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_a_document_or_a_clear_error(content):
    with suppress(InvalidValue, InvalidRequest):
        read(parse(content))


LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.just([]), st.just({}))


@pytest.mark.parametrize("fraction", [
    {"gain": 0.1, "time_constants": 8.6e-225}, {"gain": 0.1, "time_constants": [1e-60, 1e-60]},
    {"numerator": 1, "denominator": [1e-225, 1]},
])  # fmt: skip
def test_what_is_too_small_to_compute_with_is_refused(fraction):
    document = yaml.safe_load(EXAMPLE.read_text())
    path = {"from": document["transfer_functions"][0]["from"], "to": document["transfer_functions"][0]["to"]}
    document["transfer_functions"][0] = path | fraction
    with pytest.raises(InvalidValue, match="too small to compute with"):
        model(document)


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_a_file_with_anything_anywhere_is_a_model_or_a_clear_error(data):
    """Replace any one value of the example by something else: PlantError, or a model that runs."""
    document = yaml.safe_load(EXAMPLE.read_text())
    place, key = document, data.draw(st.sampled_from(sorted(document)))
    while isinstance(place[key], (list, dict)) and place[key] and data.draw(st.booleans()):
        place = place[key]
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
    place[key] = data.draw(LEAVES)
    with suppress(InvalidValue, InvalidRequest):
        made = model(document)
        simulation = Simulation(made, made.sample_time)
        simulation.advance(3)
        assert np.isfinite(simulation.values).all()
