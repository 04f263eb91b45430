# Two commands on a fresh machine: `make run` and `make test`. Python 3.11 or newer is all they assume.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PARTS := postgres,influx,hmi,dev
# Tests that only compute run side by side; files of those with real processes two at a time; those of faults, and those
# with other makers' programs, which take whole cores, one after the other.
PURE_TESTS := tests/unit tests/contract tests/numerics
PAIRED_TESTS := tests/system --ignore=tests/system/faults
LONE_TESTS := tests/system/faults tests/interop tests/fuzz

.PHONY: run test check results contracts bench screenshots hmi hmi-test clean

run: $(VENV)/.runs hmi/dist/index.html
	$(BIN)/pde models compile
	$(BIN)/pde up

$(VENV)/.runs: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(STAMP): $(VENV)/.runs
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[$(PARTS)]'
	@touch $@

hmi: hmi/dist/index.html

hmi/dist/index.html: hmi/package-lock.json $(shell find hmi/src hmi/index.html -type f 2>/dev/null) | $(VENV)/.runs
	BIN=$(BIN) scripts/hmi build

hmi-test: | $(STAMP)
	BIN=$(BIN) scripts/hmi check test

check: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python scripts/contracts --check
	$(BIN)/python scripts/client --check

test: check hmi hmi-test
	$(BIN)/pde models compile
	OPENBLAS_NUM_THREADS=1 $(BIN)/pytest --numprocesses auto $(PURE_TESTS)
	OPENBLAS_NUM_THREADS=1 $(BIN)/pytest --numprocesses 2 --dist loadfile $(PAIRED_TESTS)
	OPENBLAS_NUM_THREADS=1 $(BIN)/pytest $(LONE_TESTS)

results: $(STAMP)
	$(BIN)/python scripts/results

contracts: $(STAMP)
	$(BIN)/python scripts/contracts
	$(BIN)/python scripts/client
	BIN=$(BIN) scripts/hmi api

screenshots: hmi $(STAMP)
	PDE_SCREENSHOTS=$(CURDIR)/docs/screenshots $(BIN)/pytest tests/system/test_hmi.py

bench: $(STAMP)
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) hmi/dist hmi/node_modules build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
