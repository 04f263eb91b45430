"""Names on the wire: errors, qualities and models."""

from collections import Counter

import pytest

from plant import errors
from plant.catalog import MODELS, find
from plant.errors import DamagedFrame, InvalidRequest, NotFinite, PlantError, UnknownName, WrongType
from plant.quality import Quality, is_bad, quality_name
from plant.tags import check_all


def tree(root: type[PlantError] = PlantError) -> list[type[PlantError]]:
    """All kinds: what has no wire name of its own is a detail of its parent's."""
    kinds = [root] if "wire" in vars(root) else []
    return [*kinds, *(leaf for child in root.__subclasses__() for leaf in tree(child))]


def test_every_error_has_a_wire_name_of_its_own():
    names = Counter(error.wire for error in tree())
    assert set(names.values()) == {1}
    for name in names:
        assert name == name.lower()
        assert " " not in name


def test_every_error_of_the_tree_stands_in_its_docstring():
    for error in tree():
        assert error.__module__ == errors.__name__
        assert error.__name__ in str(errors.__doc__)
        assert error.__doc__


def test_an_error_reports_itself():
    assert DamagedFrame("torn").problems == ("torn",)


def test_a_request_reports_the_problems_of_its_problems():
    inner = InvalidRequest((NotFinite("b"), WrongType("c")))
    outer = InvalidRequest((UnknownName("a"), inner))
    assert outer.problems == ("a", "b", "c")
    assert str(outer) == "a; b; c"


def test_check_all_raises_what_there_is():
    check_all([])
    single = NotFinite("x")
    with pytest.raises(NotFinite) as caught:
        check_all([single])
    assert caught.value is single
    with pytest.raises(InvalidRequest):
        check_all([single, WrongType("y")])


def test_every_quality_has_a_name_of_its_own():
    names = [quality_name(quality) for quality in Quality]
    assert len(set(names)) == len(Quality)
    assert [name for name in names if name.startswith("0x")] == []


@pytest.mark.parametrize("quality", Quality)
def test_a_quality_is_good_uncertain_or_bad_as_its_name_says(quality):
    """The severity is in the two highest bits."""
    name = quality_name(quality)
    assert quality.name.replace("_", "").lower() == name.lower()
    assert ("Good", "Uncertain", "Bad")[quality >> 30] in name
    assert is_bad(quality) == name.startswith("Bad")


def test_an_unknown_quality_shows_its_digits():
    assert quality_name(0x80010000) == "0x80010000"


@pytest.mark.parametrize("model_id", MODELS)
def test_a_model_is_found_by_its_id(model_id):
    assert find(model_id).id == model_id


@pytest.mark.parametrize(
    ("wrong", "near"),
    [
        ("wood-bery", r"did you mean wood-berry\?$"),
        ("Quadruple_Tank", "mean quadruple-tank or surge-tank"),
        ("ethylene", "mean ethylene-oxidation"),
        ("boiler", "mean drum-boiler or boiler-turbine"),
        ("tank", "mean quadruple-tank or surge-tank"),
        ("penicilin", "mean penicillin-fedbatch"),
        ("cstr", r"mean cstr-exotherm\?$"),
        ("reactor", "there are wood-berry, ethylene-oxidation and"),
        ("distillation", "there are wood-berry"),
        ("nothing", "there are wood-berry"),
        ("a", "there are wood-berry"),
    ],
)
def test_a_wrong_id_names_those_that_may_be_meant_and_no_others(wrong, near):
    with pytest.raises(UnknownName, match=near) as caught:
        find(wrong)
    assert wrong in str(caught.value)


@pytest.mark.parametrize("wrong", ["", "zzzzzz", "\x00", "wood-berry ", "x" * 1_000_000])
def test_a_hopeless_id_gets_a_short_sentence_with_a_model(wrong):
    with pytest.raises(UnknownName) as caught:
        find(wrong)
    assert len(str(caught.value)) < 300
    assert "wood-berry" in str(caught.value)
