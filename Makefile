# Two commands do everything: `make case` and `make test`; each sets up what it needs in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
EXAMPLE := examples/brackwater/evidence
EVIDENCE ?= $(EXAMPLE)
OUT ?= case
DATA ?=

# The bundled example plays in July 2025; with your own evidence the clock is yours.
ifeq ($(EVIDENCE),$(EXAMPLE))
NOW ?= 2025-07-20T18:00:00Z
endif

.PHONY: case test lint bench measure refresh-golden clean
.DEFAULT_GOAL := case

$(VENV)/run.done: requirements/run.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Spillmark needs Python 3.11 or newer; set PYTHON=...") if sys.version_info < (3, 11) else None'
	@echo "Setting up $(VENV) ..." >&2
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.done: $(VENV)/run.done requirements/dev.txt
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

case: $(VENV)/run.done
	@$(BIN)/spillmark build $(EVIDENCE) --out $(OUT) $(if $(NOW),--now $(NOW))

test: $(VENV)/dev.done
	@$(BIN)/python -m pytest

lint: $(VENV)/dev.done
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/spillmark check

bench: $(VENV)/dev.done
	@$(BIN)/python -m benchmarks

measure: $(VENV)/dev.done
	@test -n "$(DATA)" || { echo "usage: make measure DATA=path/to/reference/data" >&2; exit 2; }
	@$(BIN)/python -m benchmarks.measure $(DATA)

refresh-golden: $(VENV)/dev.done
	@$(BIN)/python -m tests.refresh

clean:
	@rm -rf $(VENV) case
