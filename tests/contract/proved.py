"""A page of docs/ that says what is done and which tests show it: the table in it is written from declared lines."""

import ast
import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
END = "<!-- end -->\n"
Line = tuple[str, str, tuple[str, ...]]
"""What is asked for, what is done, and the tests that show it, each as `path below tests::name`."""


@cache
def functions(path: str) -> frozenset[str]:
    """The test functions of a module below tests/."""
    tree = ast.parse((ROOT / "tests" / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def is_there(test: str) -> bool:
    path, _, name = test.partition("::")
    return (ROOT / "tests" / path).is_file() and name in functions(path)


def table(head: str, lines: Sequence[Line]) -> str:
    """The lines as a table of Markdown; `head` names its columns."""
    rows = [f"| {line} | {what} | {'<br>'.join(_linked(test) for test in tests)} |\n" for line, what, tests in lines]
    return "".join([f"{head}\n|---|---|---|\n", *rows])


def check(page: Path, writer: str, text: str) -> None:
    """Fail unless the part of the page that `writer` writes is this text; `PDE_WRITE_DOCS=1` writes it."""
    mark = f"<!-- begin: written by {writer} -->\n"
    before, begin, rest = page.read_text(encoding="utf-8").partition(mark)
    _, end, after = rest.partition(END)
    assert begin
    assert end
    wanted = f"{before}{begin}{text}{end}{after}"
    if os.environ.get("PDE_WRITE_DOCS"):
        page.write_text(wanted, encoding="utf-8")
    assert page.read_text(encoding="utf-8") == wanted, f"PDE_WRITE_DOCS=1 pytest {writer}"


def _linked(test: str) -> str:
    path, _, name = test.partition("::")
    return f"[{name.removeprefix('test_').replace('_', ' ')}](../tests/{path})"
