"""What every declared model must say about itself."""

import json
import re

import pytest

from plant.catalog import MODELS
from plant.describe import describe
from plant.tags import Role

EVERY = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)


@EVERY
def test_names_are_whole_words_in_their_case(model):
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", model.id)
    for tag in model.tags:
        assert re.fullmatch(r"[a-z]+(_([a-z]+|[0-9]+))*", tag.name), tag.name
    assert len({tag.name for tag in model.tags}) == len(model.tags)


@EVERY
def test_every_tag_is_described_and_its_numbers_fit(model):
    for tag in model.tags:
        assert len(tag.description) > 5, tag.name
        assert tag.low < tag.high, tag.name
        assert tag.low <= tag.nominal <= tag.high, tag.name
        limits = (tag.limits.low_low, tag.limits.low, tag.limits.high, tag.limits.high_high)
        present = [limit for limit in limits if limit is not None]
        assert present == sorted(set(present)), tag.name
        assert all(tag.low <= limit <= tag.high for limit in present), tag.name


@EVERY
def test_a_model_names_its_sources_and_its_loops_their_tunings(model):
    assert model.name
    assert model.description
    assert model.sources
    assert all(len(source) > 20 for source in model.sources)
    for loop in model.loops:
        assert loop.source
        assert model.tag(loop.manipulated).role is Role.INPUT
        assert model.tag(loop.controlled).role is Role.OUTPUT
        assert model.loop_driving(loop.manipulated) is loop
    assert len(model.exercises) >= 3
    assert len(model.documentation) > 500
    for exercise in model.exercises:
        assert len(exercise) > 30


@EVERY
def test_the_description_survives_json(model):
    described = describe(model)
    assert json.loads(json.dumps(described, allow_nan=False)) == json.loads(json.dumps(described))
    again = json.loads(json.dumps(described, allow_nan=False))
    assert [tag["name"] for tag in again["tags"]] == [tag.name for tag in model.tags]
    for tag, said in zip(model.tags, again["tags"], strict=True):
        assert (said["low"], said["high"], said["nominal"]) == (tag.low, tag.high, tag.nominal)
        assert (said["unit"], said["role"], said["writable"]) == (tag.symbol, tag.role, tag.writable)
    assert again["sample_time"] == model.sample_time
