"""`pde`: the command line."""

import typer

from engine_api.commands.lazy import LazyGroup

app = typer.Typer(
    name="pde", help="Process Dynamics Engine: live process simulations over OPC UA, REST and a web HMI.",
    no_args_is_help=True, pretty_exceptions_enable=False, cls=LazyGroup,
)  # fmt: skip


@app.callback()
def begin() -> None:
    """Process Dynamics Engine: live process simulations over OPC UA, REST and a web HMI."""


def main() -> None:
    """The entry point of the `pde` script."""
    app()


if __name__ == "__main__":
    main()
