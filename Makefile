# Everything happens in .venv. A stamp file for each lock skips the installation until that lock changes.
# The test lock contains the site lock, at the same versions, so the two can be installed in any order.

PYTHON ?= python3
VENV ?= .venv
ARGS ?=

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--custom-compile-command "make lock" $(ARGS)

install = $(PIP) --require-hashes -r $(1) && $(PIP) --no-build-isolation -e . && touch $@

# Two installations into one .venv at the same time would break it.
.NOTPARALLEL:

.PHONY: help site serve check test retest fmt bench screenshots lock clean

help:  ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s  %s\n", $$1, $$2 }' Makefile

site: $(VENV)/.site  ## check the plan and build the site into site/
	@$(BIN)/masterplan build $(ARGS)
	@echo "The site is in site/: run make serve and open http://127.0.0.1:8000/, or put the folder on any web server."

serve: $(VENV)/.site  ## serve the site locally and rebuild it after every edit
	@$(BIN)/masterplan serve $(ARGS)

check: $(VENV)/.site  ## check the plan, without building the site
	@$(BIN)/masterplan check $(ARGS)

test: $(VENV)/.test  ## run what CI runs: linter, type checker and all tests
	@$(BIN)/python -m tests.browser install
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/pytest $(ARGS)

retest:  ## run make test, unless only the plan has changed since the commit SINCE
	@if git diff --quiet "$(SINCE)" HEAD -- . ':!plan_data'; then \
		echo "Only the plan has changed since $(SINCE)."; else $(MAKE) test; fi

fmt: $(VENV)/.test  ## format the code and fix what the linter can fix
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix

bench: $(VENV)/.test  ## measure time, memory and size
	@$(BIN)/python -m benchmarks.run $(ARGS)

screenshots: $(VENV)/.test  ## take screenshots of the main pages (ARGS=--readme: only the one in the README)
	@$(BIN)/python -m tests.screenshots $(ARGS)

lock: $(VENV)/.test  ## update both locks from pyproject.toml (ARGS=--upgrade: to the newest versions)
	@$(COMPILE) --group pyproject.toml:build --extra schedule --output-file requirements.lock pyproject.toml
	@$(COMPILE) --group pyproject.toml:test --all-extras --constraint requirements.lock \
		--output-file requirements-test.lock pyproject.toml

clean:  ## remove the built site and the tools' caches, but not .venv
	@rm -rf site .site-builds screenshots .serve .serve-builds .hypothesis .mypy_cache .pytest_cache .ruff_cache

$(VENV)/.site: requirements.lock pyproject.toml | $(BIN)/pip
	@echo "Installing $< into $(VENV)"
	@$(call install,$<)

$(VENV)/.test: requirements-test.lock pyproject.toml | $(BIN)/pip
	@echo "Installing $< into $(VENV)"
	@$(call install,$<)

# venv installs pip last, so if pip exists, the environment is complete.
$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "masterplan needs Python 3.11 or newer; choose one with make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)
