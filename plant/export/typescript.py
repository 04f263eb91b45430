"""TypeScript of the models: a wrong model id or tag name in the HMI does not compile."""

import json
from collections.abc import Iterable
from typing import Any

from plant.describe import describe_tag
from plant.model import Model

_HEAD = "// Generated from the declarations in plant/ by `make contracts`; do not edit.\n"


def typescript(models: Iterable[Model]) -> str:
    """The text of `tags.gen.ts`: one constant with every model and its tags by name."""
    declared = {model.id: _model(model) for model in models}
    return f"{_HEAD}export const MODELS = {json.dumps(declared, indent=2, ensure_ascii=False)} as const;\n"


def _model(model: Model) -> dict[str, Any]:
    return {
        "id": model.id,
        "name": model.name,
        "description": model.description,
        "tags": {tag.name: {k: v for k, v in describe_tag(tag).items() if k != "name"} for tag in model.tags},
        "loops": [{"controlled": loop.controlled, "manipulated": loop.manipulated} for loop in model.loops],
    }
