"""`pde models`: list, show, check, new."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from engine_api.cli import app
from engine_api.model_templates import TEMPLATES
from plant import catalog
from plant.own.standard import CHECKS

RUN = CliRunner()


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(catalog._CATALOGUE, "_models", catalog.BUILT_IN)
    monkeypatch.setattr(catalog, "_LOCAL", set())


@pytest.mark.parametrize("kind", TEMPLATES)
def test_a_new_model_works_and_is_never_overwritten(kind):
    made = RUN.invoke(app, ["models", "new", "my-model", "--kind", kind])
    assert made.exit_code == 0, made.output
    (file,) = Path().glob("my*")
    checked = RUN.invoke(app, ["models", "check", str(file)])
    assert checked.exit_code == 0, checked.output
    first, *lines, last = checked.output.splitlines()
    assert (first, last) == (f"my-model ({file})", f"{file}: no problems")
    assert [line.split("  ")[-1].partition(":")[0] for line in lines] == [check.name for check in CHECKS]
    assert "  not applicable  balances close: no balance is declared" in lines
    assert "# My model" in RUN.invoke(app, ["models", "show", str(file)]).output
    before = file.read_text()
    again = RUN.invoke(app, ["models", "new", "my-model", "--kind", kind])
    assert again.exit_code == 1
    assert "exists" in again.output
    assert file.read_text() == before


@pytest.mark.parametrize("name", ["../escape", "Two Words", "", "a" * 61])
def test_a_wrong_name_writes_nothing(name, tmp_path):
    assert RUN.invoke(app, ["models", "new", name]).exit_code == 1
    assert not list(tmp_path.iterdir())


def test_check_tells_every_problem():
    Path("bad.yaml").write_text("id: Bad\nname: 3\n")
    checked = RUN.invoke(app, ["models", "check", "bad.yaml"])
    assert checked.exit_code == 1
    lines = checked.output.splitlines()
    assert any(line.startswith("line 1, column 5: id takes") for line in lines)
    assert any(line.startswith("line 2, column 7: name takes a text") for line in lines)
    assert "can't be read" in RUN.invoke(app, ["models", "check", "nowhere.yaml"]).output


def test_list_and_check_look_into_the_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("PDE_MODELS_FOLDER", str(tmp_path))
    RUN.invoke(app, ["models", "new", "in-the-folder"])
    checked = RUN.invoke(app, ["models", "check"])
    assert checked.output.startswith("in-the-folder (")
    assert checked.output.endswith("no problems\n")
    listed = RUN.invoke(app, ["models", "list"]).output
    assert "in-the-folder" in listed
    assert "wood-berry" in listed
    Path("broken.py").write_text("1 / 0")
    checked = RUN.invoke(app, ["models", "check"])
    assert checked.exit_code == 1
    assert "broken.py: it can't be loaded: ZeroDivisionError" in checked.output
    assert "passed          one step equals two halves" in checked.output


def test_check_shows_every_check_that_fails():
    """A tank whose level is beyond its instrument and whose rates fail where it is empty: both are told, code 1."""
    text = TEMPLATES["python"].replace("NEW-MODEL", "my-model")
    text = text.replace("max(x[0], 0.0)", "x[0] - 0.5").replace('"m", 0, 4, 1.0', '"m", 0, 0.9, 0.5')
    Path("bad.py").write_text(text.replace("high=3.0", "high=0.8"))
    checked = RUN.invoke(app, ["models", "check", "bad.py"])
    assert checked.exit_code == 1
    assert "  FAILED          starts inside its ranges\n" in checked.output
    assert "at the start state steady level = 1.5 is outside 0..0.9" in checked.output
    assert "  FAILED          rates are finite all over its box\n" in checked.output
    assert "math domain error" in checked.output
    assert "  passed          equal seeds give equal runs\n" in checked.output
    assert checked.output.endswith("of the checks failed\n")


def test_show_a_model_of_the_library():
    assert "# Wood-Berry distillation column" in RUN.invoke(app, ["models", "show", "wood-berry"]).output
    assert RUN.invoke(app, ["models", "show", "no-such"]).exit_code == 1


@pytest.mark.parametrize("kind", ["transfer-function", "python"])
def test_a_file_can_be_simulated(kind):
    RUN.invoke(app, ["models", "new", "my-model", "--kind", kind])
    (file,) = Path().glob("my*")
    run = RUN.invoke(app, ["simulate", str(file), "--until", "3"])
    assert run.exit_code == 0, run.output
    assert len(run.output.splitlines()) == 5
    Path("bad.yaml").write_text("id: 3")
    bad = RUN.invoke(app, ["simulate", "bad.yaml", "--until", "3"])
    assert bad.exit_code == 2
    assert "line 1" in bad.output
