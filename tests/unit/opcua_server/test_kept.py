"""Nodes kept in a file: the same ones come out, each once, and only for the sources that they were made from."""

from pathlib import Path

import pytest
from asyncua import ua

from opcua_server.kept import kept_file, pack, read_kept, unpack, write_kept
from opcua_server.names import standard
from opcua_server.nodes import FOLDER_TYPE, Face, NodeStore, object_node


def face(number: int) -> Face:
    name = f"node {number}"
    return Face(standard(number), ua.QualifiedName(name), ua.LocalizedText(name), ua.NodeClass.Object, FOLDER_TYPE)


def test_what_was_packed_comes_out_once() -> None:
    nodes = [object_node(face(number), [], "kept") for number in range(100, 140)]
    kept = unpack(pack(nodes, {0: 20_000}))
    assert kept.counters == {0: 20_000}
    store = NodeStore(kept)
    assert standard(110) in store
    assert standard(500) not in store
    node = store[standard(110)]
    assert node.attributes[ua.AttributeIds.BrowseName].value == nodes[10].attributes[ua.AttributeIds.BrowseName].value
    assert store[standard(110)] is node
    assert len(store.keys()) == len(set(store.keys())) == 40
    with pytest.raises(KeyError):
        store[standard(500)]


def test_other_sources_have_another_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "cache"))
    source = tmp_path / "nodes.xml"
    source.write_text("one")
    assert read_kept([source]) is None
    assert write_kept([source], pack([object_node(face(100), [])], {}))
    assert read_kept([source]) is not None
    source.write_text("two")
    assert read_kept([source]) is None
    kept_file([source]).write_bytes(b"torn")
    assert read_kept([source]) is None


def test_no_place_to_keep_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "file"))
    assert not write_kept([], b"")
