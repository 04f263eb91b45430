"""`scripts/contracts --check`: content while every generated file is as the declarations make it, and not otherwise."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_PARTS = ("plant", "connections", "opcua_server", "engine_api", "workers", "scripts", "nodesets", "grafana", "docs",
          "telegraf", "hmi/src/generated")  # fmt: skip
_UNUSED = shutil.ignore_patterns("__pycache__", "hmi_dist", "node_modules")
_GENERATED = (
    "nodesets/Pde.Models.NodeSet2.xml",
    "nodesets/WoodBerry.NodeIds.csv",
    "docs/openapi.json",
    "hmi/src/generated/tags.gen.ts",
)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the script reads and writes, in a folder of its own."""
    folder = tmp_path_factory.mktemp("copy")
    for part in _PARTS:
        shutil.copytree(ROOT / part, folder / part, ignore=_UNUSED)
    return folder


def _check(folder: Path) -> tuple[int, list[str]]:
    done = subprocess.run(
        [sys.executable, folder / "scripts" / "contracts", "--check"],
        cwd=folder, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    assert not done.stderr
    return done.returncode, done.stdout.splitlines()


def test_everything_generated_is_fresh(copy: Path) -> None:
    assert _check(copy) == (0, [])


@pytest.mark.parametrize("name", _GENERATED)
def test_an_altered_file_is_named_and_left_as_it_is(copy: Path, name: str) -> None:
    path = copy / name
    text = path.read_text(encoding="utf-8")
    altered = text.replace("reflux_flow", "reflux_flaw", 1) if "reflux_flow" in text else f"{text} "
    path.write_text(altered, encoding="utf-8")
    try:
        assert _check(copy) == (1, [f"stale: {name}"])
        assert path.read_text(encoding="utf-8") == altered
    finally:
        path.write_text(text, encoding="utf-8")


def test_a_missing_file_is_stale(copy: Path) -> None:
    path = copy / "nodesets" / "QuadrupleTank.NodeSet2.xml"
    text = path.read_text(encoding="utf-8")
    path.unlink()
    try:
        assert _check(copy) == (1, ["stale: nodesets/QuadrupleTank.NodeSet2.xml"])
        assert not path.exists()
    finally:
        path.write_text(text, encoding="utf-8")
