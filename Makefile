# Two commands for a newcomer: `make try` plays the bot in a local Discord, `make test` runs the tests.
# Each makes its own virtual environment in .venv from the lock files in requirements/.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# What is imported is compiled once, not in each of the hundreds of processes that the tests start.
export PYTHONDONTWRITEBYTECODE :=
# One more than there are cores: some tests wait for a real process more than they compute.
WORKERS ?= $(shell expr $$(nproc 2>/dev/null || echo 2) + 1)
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes

.PHONY: help try run test explore explore-part mutants check lock fix bench clean

help:  ## show what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "StudyLoop needs Python 3.11 or newer: make try PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
		|| { echo "Python's venv module is missing: install it (Debian: apt install python3-venv)"; exit 1; }

$(VENV)/try: requirements/try.txt | $(BIN)/python
	@echo "Installing what the try-out needs (once, about half a minute) ..."
	@$(PIP) -r requirements/try.txt
	@touch $@

$(VENV)/dev: requirements/dev.txt | $(BIN)/python
	@echo "Installing what the tests need (once, about a minute) ..."
	@$(PIP) -r requirements/dev.txt
	@touch $@ $(VENV)/try

$(VENV)/run: requirements/run.txt | $(BIN)/python
	@$(PIP) -r requirements/run.txt
	@touch $@

try: $(VENV)/try  ## play the bot in a local Discord, without a token (ARGS="--at ... --tz ...")
	@$(BIN)/python -m bot try $(ARGS)

run: $(VENV)/run  ## run the bot on Discord; settings in .env
	@$(BIN)/python -m bot run

test: $(VENV)/dev  ## run the tests (ARGS="-k room")
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not explored" $(ARGS)

# What `make test` leaves out or samples; tests/explored.py says how much of it.
EXPLORED := -m "explored or sampled"

# A long run of kills is one test.
LONGEST := --timeout 7200 -o faulthandler_timeout=7500

explore: $(VENV)/dev  ## kill the bot at every call of every journey; long walks, faults and kills
	@EXPLORE=all $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -rP $(LONGEST) $(EXPLORED) $(ARGS)
	@EXPLORE=all $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m hypothesis $(LONGEST) $(ARGS)

explore-part: $(VENV)/dev  ## a fixed part of that, about five minutes on two cores
	@EXPLORE=part $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -rP $(LONGEST) $(EXPLORED) $(ARGS)

mutants: $(VENV)/dev  ## break lines on purpose and see which no test notices (ARGS="outbox", ARGS=--again)
	@$(BIN)/python -m tests.mutants $(ARGS)

check: $(VENV)/dev  ## lint, formatting, types, question bank
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/pyright --pythonpath $(BIN)/python
	@$(BIN)/python -m bot bank check

fix: $(VENV)/dev  ## mend what ruff can mend
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(VENV)/dev  ## measure start, memory, the first question, clicks, and many servers at nine o'clock
	@$(BIN)/python -m benchmarks.start
	@$(BIN)/python -m benchmarks.first_question
	@$(BIN)/python -m benchmarks.clicks
	@$(BIN)/python -m benchmarks.many --servers 100 1000

# Versions with hashes and without any index's address; `uv` is not needed for anything else.
LOCK := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url --no-annotate --quiet
lock:  ## choose new versions for requirements/ (needs uv)
	$(LOCK) --upgrade --group dev --group try -o requirements/dev.txt
	$(LOCK) --group try -c requirements/dev.txt -o requirements/try.txt
	$(LOCK) -c requirements/dev.txt -o requirements/run.txt

clean:  ## remove the virtual environment and caches
	rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis .mutants
