"""Models of packages and of the models folder: found, or told what is wrong with them; nothing stops the engine."""

from pathlib import Path

import pytest

from connections.own.local import look, register_local
from engine_api.model_templates import TEMPLATES
from plant import catalog
from plant.own.trial import complaints

EXAMPLE = (Path(__file__).parents[3] / "examples" / "mixing-tank.yaml").read_text()


@pytest.fixture
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test registers is forgotten behind it."""
    monkeypatch.setattr(catalog._CATALOGUE, "_models", catalog.BUILT_IN)
    monkeypatch.setattr(catalog, "_LOCAL", set())


def test_documents_and_python_in_the_folder(tmp_path):
    (tmp_path / "tank.yaml").write_text(EXAMPLE)
    (tmp_path / "mine.py").write_text(TEMPLATES["python"].replace("NEW-MODEL", "mine"))
    (tmp_path / "_helper.py").write_text("raise RuntimeError")
    (tmp_path / "readme.txt").write_text("not a model")
    found = {Path(each.place).name: each for each in look(tmp_path)}
    assert [model.id for model in found["tank.yaml"].models] == ["mixing-tank"]
    assert [model.id for model in found["mine.py"].models] == ["mine"]
    assert set(found) == {"tank.yaml", "mine.py"}
    assert complaints(found["mine.py"].models[0]) == []


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.py", "raise SystemExit(3)", "SystemExit"),
        ("a.py", "import no_such_module", "no_such_module"),
        ("a.py", "def broken(:", "SyntaxError"),
        ("a.py", "x = 1", "declares no MODEL"),
        ("a.py", "MODEL = 3", "declares no MODEL"),
        ("a.py", TEMPLATES["python"].replace("NEW-MODEL", "mine").replace('"m³/s", 0, 1', '"m³/z", 5, 1'), "m³/z"),
        ("a.yaml", "id: [", "neither YAML nor JSON"),
        ("a.json", "{}", "id is missing"),
    ],
)
def test_a_broken_one_is_told(tmp_path, name, text, words):
    (tmp_path / name).write_text(text)
    (tmp_path / "good.yaml").write_text(EXAMPLE)
    broken, good = look(tmp_path)
    assert words in " ".join(broken.problems)
    assert broken.models == ()
    assert good.models[0].id == "mixing-tank"


def test_a_folder_that_is_not_there_is_told(tmp_path):
    (found,) = look(tmp_path / "nowhere")
    assert "PDE_MODELS_FOLDER" in found.problems[0]


@pytest.mark.parametrize("value", ["theirs:MODEL", "theirs", "theirs:make"])
def test_an_installed_package_brings_models(tmp_path, monkeypatch, value):
    info = tmp_path / "theirs-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: theirs\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[pde.models]\ntheirs = {value}\nbroken = theirs:nothing\n")
    code = TEMPLATES["python"].replace("NEW-MODEL", "theirs") + "\n\ndef make():\n    return MODEL\n"
    (tmp_path / "theirs.py").write_text(code)
    monkeypatch.syspath_prepend(str(tmp_path))
    broken, found = sorted(look(None), key=lambda each: each.place)
    assert [model.id for model in found.models] == ["theirs"]
    assert "AttributeError" in broken.problems[0]


@pytest.mark.usefixtures("clean")
def test_ids_of_the_library_and_ids_twice_are_refused(tmp_path):
    (tmp_path / "a.yaml").write_text(EXAMPLE.replace("id: mixing-tank", "id: wood-berry"))
    (tmp_path / "b.yaml").write_text(EXAMPLE)
    (tmp_path / "c.yaml").write_text(EXAMPLE)
    library, first, second = register_local(tmp_path)
    assert "of the library" in library.problems[0]
    assert first.problems == ()
    assert "of this installation" in second.problems[0]
    assert catalog.find("mixing-tank").kind == "own"
    assert catalog.find("wood-berry").kind == "continuous"
    assert not catalog.uploaded("mixing-tank")
