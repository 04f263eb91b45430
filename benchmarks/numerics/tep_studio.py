"""The C translation of the Tennessee Eastman process (tep-studio on PyPI), timed: runs with the Python of its part.

`python tep_studio.py` reads states and commands as a JSON object from standard input and answers with the derivatives
and the seconds that an evaluation of the derivatives takes, and one of derivatives and measurements.
"""

import importlib.util
import json
import sys
import time
from pathlib import Path

ROUNDS, CALLS, WITHOUT_NOISE = 5, 20_000, 16.0


def load():
    """The compiled module alone: its package asks for plotting and learning libraries."""
    (folder,) = Path(sys.prefix).glob("lib/python3*/site-packages/tep_studio/simulation")
    (path,) = folder.glob("_tep_native*.so")
    spec = importlib.util.spec_from_file_location("_tep_native", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.ffi, module.lib


def main():
    ffi, lib = load()
    point = json.load(sys.stdin)
    states, rates = ffi.new("double[50]", point["states"]), ffi.new("double[50]")
    measured = [ffi.new(f"double[{length}]") for length in (41, 32, 21, 62, 96)]
    plant = lib.tep_create()
    lib.tep_reset(plant, ffi.NULL, 0, 0.0, 0, WITHOUT_NOISE)
    lib.tep_set_inputs(plant, ffi.new("double[12]", point["commands"]), ffi.new("double[28]"))
    lib.tep_outputs(plant, 0.0, states, *measured)
    lib.tep_derivatives(plant, 1e-6, states, rates)
    answer = {"rates": list(rates), "derivatives": [], "step": []}
    number = 0
    for _ in range(ROUNDS):
        for what in ("derivatives", "step"):
            begun = time.perf_counter()
            for _ in range(CALLS):
                number += 1
                lib.tep_derivatives(plant, number * 1e-5, states, rates)
                if what == "step":
                    lib.tep_outputs(plant, number * 1e-5, states, *measured)
            answer[what].append((time.perf_counter() - begun) / CALLS)
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
