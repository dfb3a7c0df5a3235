# The only list of commands. Needs make and Python 3.11 or newer; everything else is installed into .venv.
PYTHON ?= $(shell for each in python3 python3.13 python3.12 python3.11; do \
    $$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; done)
VENV   ?= .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --quiet --disable-pip-version-check

# Development installs the versions in constraints.txt. Where an index lacks one, the newest that fit are better than none.
install = $(PIP) install --constraint constraints.txt $(1) || { echo "Without constraints.txt, then (make lock renews it)"; $(PIP) install $(1); }

.PHONY: run test check soak bench fuzz lock audit pictures clean

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

fuzz: $(VENV)/.developed         ## Foreign bytes by the million: SECONDS=60 each, TARGETS="jsonl import", all
	@$(call install,--group fuzz)
	@$(BIN)/python -m tests.fuzz --seconds $(or $(SECONDS),60) $(TARGETS)

lock: $(VENV)/bin/python         ## Pin the newest versions that fit in constraints.txt
	@$(BIN)/python -m venv --clear $(VENV)/lock
	@$(VENV)/lock/bin/python -m pip install --quiet --upgrade pip
	@$(VENV)/lock/bin/python -m pip install --quiet --upgrade --upgrade-strategy eager --group dev --group fuzz --group audit ".[speed,web]"
	@{ echo "# What development installs: make lock renews it."; $(VENV)/lock/bin/python -m pip freeze --all --exclude pip --exclude inspector; } > constraints.txt

audit: $(VENV)/.developed        ## Known vulnerabilities of the pinned versions (asks PyPI; fails where it does not answer)
	@$(call install,--group audit)
	@$(BIN)/pip-audit --strict --disable-pip --no-deps --requirement constraints.txt

pictures: $(VENV)/.developed     ## Draw the README's pictures by driving the app
	@$(BIN)/python -m tests.pictures

clean:
	rm -rf $(VENV) dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .fuzz

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Inspector needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml constraints.txt
	@echo "Installing Inspector into $(VENV) (once)…"
	@$(call install,--editable .)
	@touch $@

$(VENV)/.developed: $(VENV)/.installed
	@echo "Installing the development tools into $(VENV) (once)…"
	@$(call install,--group dev)
	@touch $@
