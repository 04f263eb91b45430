"""Compiled functions: numba where it is installed, the same plain Python functions where it is not.

A function that takes part is ordinary Python over indexed sequences of floats: `rates(x, u, dx)` writes `dx[0]`.
`compiled` hands it to numba once with all plain functions that it calls. The machine code is cached on disk, next to
the source or in the user's cache, under a name that tells all that went into it, from whatever file. Kernels get other
functions as `Code`: an address in compiled code, the function itself in plain Python; `call_*` calls either. Both
forms run the same source, so they give the same numbers.
"""

from __future__ import annotations

import hashlib
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

Function = Callable[..., Any]
Code = Any
"""An int address (compiled) or the Python function (plain); 0 where there is none."""

THREE_VECTORS = "void(float64[::1], float64[::1], float64[::1])"
"""rates(x, u, dx) and outputs(x, u, y)."""
PREPARATION = "void(float64[::1], float64[::1], float64, float64)"
"""prepare(x, u, time, step)."""
MEASURE = "void(int64[::1], float64[::1], float64[::1], float64[::1], int64[::1], float64[::1])"
"""measure(codes, x, u, y, whole, numbers)."""
ADVANCE = "int64(int64[::1], float64[::1], float64[::1], float64, int64[::1], float64[::1])"
"""advance(codes, x, u, step, whole, numbers) -> 0, or why it failed."""

_state = {"wanted": True}


def available() -> bool:
    """Whether functions are compiled: numba is installed and not switched off."""
    return _state["wanted"] and find_spec("numba") is not None


@contextmanager
def plain() -> Iterator[None]:
    """Within it, what is built anew runs as plain Python (the fallback, for tests and comparisons)."""
    before = _state["wanted"]
    _state["wanted"] = False
    try:
        yield
    finally:
        _state["wanted"] = before


def switch(on: bool) -> None:
    """Let what is built from now on be compiled, or not."""
    _state["wanted"] = on


def call_vectors(code: Code, first: Any, second: Any, third: Any) -> None:
    """Call a function of `THREE_VECTORS`."""
    code(first, second, third)


def call_preparation(code: Code, x: Any, u: Any, time: float, step: float) -> None:
    """Call a function of `PREPARATION`."""
    code(x, u, time, step)


def call_measure(code: Code, codes: Any, x: Any, u: Any, y: Any, whole: Any, numbers: Any) -> None:
    """Call a function of `MEASURE`."""
    code(codes, x, u, y, whole, numbers)


def call_advance(code: Code, codes: Any, x: Any, u: Any, step: float, whole: Any, numbers: Any) -> int:
    """Call a function of `ADVANCE`."""
    return int(code(codes, x, u, step, whole, numbers))


@dataclass(frozen=True, slots=True)
class Compiled:
    """One function in the form in use: `call` for Python, `code` for kernels."""

    call: Function
    code: Code


def compiled(function: Function, signature: str) -> Compiled:
    """The function, compiled for this numba signature if numba is there."""
    return _compiled(function, signature) if available() else Compiled(function, function)


@cache
def _compiled(function: Function, signature: str) -> Compiled:
    dispatcher = _jit(_relinked(function, {}), signature)
    (overload,) = dispatcher.overloads.values()
    address = overload.library.get_pointer_to_function(overload.fndesc.llvm_func_name)
    return Compiled(dispatcher, address)


def _jit(function: Function, signature: str | None) -> Any:
    """The function for this signature; without one, for the signatures in which other compiled functions call it.

    What only machine code calls gets no wrapper for Python: that is a third of the time that compiling takes.
    """
    numba: Any = import_module("numba")  # 0.3 s that only a process which runs models has to spend
    arguments = [signature] if signature else []
    options = {"error_model": "numpy", "no_cfunc_wrapper": True, "no_cpython_wrapper": signature is None}
    try:
        return numba.njit(*arguments, cache=True, **options)(function)
    except RuntimeError as error:
        if "cannot cache" not in str(error):
            raise
        return numba.njit(*arguments, **options)(function)


def _relinked(function: Function, done: dict[Function, Any]) -> types.FunctionType:
    """A copy of the function whose calls of plain Python functions lead to their compiled forms."""
    names = dict(function.__globals__)
    for name in function.__code__.co_names:
        called = names.get(name)
        if called in _callers():
            names[name] = _callers()[called]
        elif isinstance(called, types.FunctionType):
            if called not in done:
                done[called] = _jit(_relinked(called, done), None)
            names[name] = done[called]
    copy = types.FunctionType(function.__code__, names, function.__name__, function.__defaults__, function.__closure__)
    copy.__module__, copy.__qualname__ = function.__module__, f"{function.__qualname__}_{_digest(function)}"
    return copy


@cache
def _digest(function: Function) -> str:
    """What the machine code of a function follows from: its own code, the constants and functions that it uses."""
    facts = [function.__code__.co_code, repr(function.__code__.co_consts).encode()]
    for name in function.__code__.co_names:
        used = function.__globals__.get(name)
        if isinstance(used, types.FunctionType):
            facts.append(_digest(used).encode() if used is not function else name.encode())
        elif isinstance(used, int | float | tuple):
            facts.append(f"{name}={used!r}".encode())
    return hashlib.sha256(b"\n".join(facts)).hexdigest()[:16]


@cache
def _callers() -> dict[Any, Any]:
    """The compiled forms of `call_*`: a call through an address."""
    nb: Any = import_module("numba.types")
    sigutils: Any = import_module("numba.core.sigutils")
    intrinsic: Any = import_module("numba.extending").intrinsic

    def typed(signature: str) -> tuple[Any, Function]:
        arguments, answer = sigutils.normalize_signature(signature)

        def generate(context: Any, builder: Any, _signature: Any, values: Any) -> Any:
            kind = context.call_conv.get_function_type(answer, arguments)
            pointer = builder.inttoptr(values[0], kind.as_pointer())
            status, result = context.call_conv.call_function(builder, pointer, answer, arguments, values[1:])
            with builder.if_then(status.is_error):
                context.call_conv.return_status_propagate(builder, status)
            return context.get_dummy_value() if answer == nb.void else result

        return answer(nb.int64, *arguments), generate

    vectors, preparation, measure, advance = map(typed, (THREE_VECTORS, PREPARATION, MEASURE, ADVANCE))
    return {
        call_vectors: intrinsic(lambda _context, code, a, b, c: vectors),  # noqa: ARG005 - numba counts the arguments
        call_preparation: intrinsic(lambda _context, code, a, b, c, d: preparation),  # noqa: ARG005
        call_measure: intrinsic(lambda _context, code, a, b, c, d, e, f: measure),  # noqa: ARG005
        call_advance: intrinsic(lambda _context, code, a, b, c, d, e, f: advance),  # noqa: ARG005
    }
