"""Standard checks of what is told of a model: its declaration, description, node set and page."""

import json
from collections.abc import Iterator
from xml.etree import ElementTree

from plant.describe import describe
from plant.export.markdown import page
from plant.export.nodeset import nodeset_files
from plant.model import Model
from plant.own import rules
from plant.own.node import written


def declared(model: Model) -> Iterator[str]:
    """Names, ranges, units, limits, loops, interlocks and start states keep the rules."""
    for path, sentence in rules.problems(rules.of(model)):
        yield f"{written(path)} {sentence}"


def described(model: Model) -> Iterator[str]:
    """The description is JSON, and comes back from it as it was."""
    description = describe(model)
    back = json.loads(json.dumps(description, allow_nan=False))
    for key, value in description.items():
        if back[key] != value:
            yield f"{key} of its description comes back from JSON as something else"


def in_nodesets(model: Model) -> Iterator[str]:
    """The node set is XML, and every tag is in it."""
    for name, text in nodeset_files([model]).items():
        if name.endswith(".xml"):
            ElementTree.fromstring(text)  # noqa: S314 - written here, a line above
        elif missing := [tag.name for tag in model.tags if f"{tag.name}," not in text]:
            yield f"{name} lacks {', '.join(missing)}"


def on_a_page(model: Model) -> Iterator[str]:
    """Its page names the model and all its own tags."""
    text = page(model)
    if missing := [each for each in (model.name, *(tag.name for tag in model.own_tags)) if each not in text]:
        yield f"its page lacks {', '.join(missing)}"
