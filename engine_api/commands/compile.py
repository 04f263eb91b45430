"""`pde models compile`: the machine code of the models for this machine, once after each installation."""

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from connections import machine_code


def compile_models() -> None:
    """Compile the models, with progress; nothing to do when that was done before."""
    if machine_code.complete():
        return
    columns = TextColumn("Compiling the models for this machine, once:"), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("", total=None)
        machine_code.compile_all(lambda _model, number, count: progress.update(task, completed=number, total=count))
