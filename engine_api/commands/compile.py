"""`pde models compile`: the machine code of the models for this machine, once after each installation."""

from connections import machine_code
from engine_api.commands.progress import progress


def compile_models() -> None:
    """Compile the models, with progress; nothing to do when that was done before."""
    if machine_code.complete():
        return
    with progress("Compiling the models for this machine, once") as told:
        machine_code.compile_all(lambda model, number, count: told(number, count, model))
