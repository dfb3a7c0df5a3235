# The only list of commands. Needs make and Python 3.11 or newer; everything else is installed into .venv.
PYTHON ?= $(shell for each in python3 python3.13 python3.12 python3.11; do \
    $$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; done)
VENV   ?= .venv
BIN    := $(VENV)/bin

.PHONY: run test check soak bench pictures clean

run: $(VENV)/.installed          ## Open the inspector on its demo stream
	@$(BIN)/inspector demo

test: check                      ## Linters, types, layers and every test
	@$(BIN)/pytest -n auto --dist loadgroup

check: $(VENV)/.developed        ## What every commit passes: linters, types, layers, fast tests
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/pytest tests/architecture tests/model tests/core

soak: $(VENV)/.developed         ## The long fault tests, then an hour at 200 deliveries a second with the screen open
	@$(BIN)/pytest -m soak
	@$(BIN)/python -m tests.soak $(SOAK)

bench: $(VENV)/.developed        ## Ratios against a reference in the same run (needs wrk for ingest)
	@$(BIN)/python -m tests.benchmarks $(ONLY)

pictures: $(VENV)/.developed     ## Draw the README's pictures by driving the app
	@$(BIN)/python -m tests.pictures

clean:
	rm -rf $(VENV) dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Inspector needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml
	@echo "Installing Inspector into $(VENV) (once)…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.developed: $(VENV)/.installed
	@echo "Installing the development tools into $(VENV) (once)…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --group dev
	@touch $@
