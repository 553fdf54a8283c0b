# Needs python3 >= 3.11 and make; everything else is installed into .venv from requirements-dev.lock.
# Only relative paths below: the checkout may live in a folder whose name has spaces.
.DEFAULT_GOAL := help
.PHONY: help demo test soak check bench fmt setup clean FORCE

BIN := .venv/bin
# Processes that test at once; each test starts processes of its own.
JOBS ?= 2
STAMP := .venv/.ready
SHELL := /bin/sh

# An environment copied along with a checkout still points at the old place: then set up again.
ifneq ($(shell cat $(STAMP) 2>/dev/null),$(shell pwd))
$(STAMP): FORCE
endif

help: ## show this list
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' Makefile

demo: $(STAMP) ## a guided run, offline, in a minute
	@$(BIN)/probatum demo

test: $(STAMP) ## all tests but the benchmarks and the soak
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadfile -m "not bench and not soak"

soak: $(STAMP) ## the long ones: every attack on every shipped task, every weak specification
	@$(BIN)/python -m pytest -m soak

check: $(STAMP) ## lint, format, types and layers
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy --strict src
	@if ls tasks/*/task.py >/dev/null 2>&1; then \
	    echo "$(BIN)/python -m mypy --strict tasks/*/task.py"; \
	    $(BIN)/python -m mypy --strict --explicit-package-bases tasks/*/task.py; \
	fi
	$(BIN)/lint-imports --no-logo

bench: $(STAMP) ## measure; writes nothing outside its own folder
	@$(BIN)/python -m bench

fmt: $(STAMP) ## format, and fix what can be fixed safely
	$(BIN)/python -m ruff format .
	$(BIN)/python -m ruff check --fix .

setup: $(STAMP) ## make or refresh .venv

$(STAMP): requirements-dev.lock pyproject.toml scripts/setup
	@echo "setting up .venv from requirements-dev.lock ..."
	@start=$$(date +%s); rm -f $(STAMP); PYTHON='$(PYTHON)' sh scripts/setup && pwd > $(STAMP) && \
	    echo "set-up took $$(( $$(date +%s) - start )) s (not part of what follows)"

clean: ## remove the environment and every cache
	rm -rf .venv .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build dist
	find src tests tasks -name __pycache__ -type d -prune -exec rm -rf {} +

FORCE:
