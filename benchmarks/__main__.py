"""`make bench`: every figure that the product promises, one table after the other."""

import subprocess
import sys

TABLES = (
    "benchmarks.engine.workers", "benchmarks.engine.whole", "benchmarks.numerics.ode", "benchmarks.numerics.steps",
    "benchmarks.numerics.tennessee_eastman", "benchmarks.opcua.speed",
    "benchmarks.api.reads", "benchmarks.api.actions", "benchmarks.api.history", "benchmarks.api.viewers",
)  # fmt: skip


def main() -> int:
    """Run each table in a process of its own; the worst exit code."""
    return max(subprocess.run([sys.executable, "-m", module], check=False).returncode for module in TABLES)


if __name__ == "__main__":
    sys.exit(main())
