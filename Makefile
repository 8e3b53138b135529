# Everything an editor or engineer runs. Each target sets up what it needs, in .venv.
# Needs make, git and Python 3.11 or later.

PORT        ?= 8000
# Two workers share one built site; each opens a browser of its own, so more seldom helps.
PYTEST_ARGS ?= -n 2 --dist worksteal
# For `make lock`: --upgrade, or --upgrade-package NAME.
LOCK_ARGS   ?=
# Which Python makes .venv; empty: the newest one here that will do.
PYTHON      ?=

# As modules, not as .venv/bin scripts: those break when the checkout is moved.
RUN   := .venv/bin/python -m
STAMP := .venv/.installed
# What draws live charts, and what bundles scripts: fetched at set-up, by npm's lock file.
RUNTIME := .cache/runtime/vega.js
# What tests hold pages against that comes from npm, by a lock file of its own.
CHECKERS := .cache/checkers/.installed

# Material prints an advertisement for its successor on every build without it.
export NO_MKDOCS_2_WARNING := 1

.DEFAULT_GOAL := help
.PHONY: help serve site test test-fast lighthouse snapshots bench check browser lock clean

help: ## list the targets
	@echo 'The Decode Equation: make TARGET'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

serve: $(STAMP) $(RUNTIME) ## build, serve on 127.0.0.1 and reload on every save (PORT=8000)
	@$(RUN) mkdocs serve --dev-addr 127.0.0.1:$(PORT)

# The same commit gives the same bytes: pages are dated by the commit, not by the clock.
site: $(STAMP) $(RUNTIME) ## build into site/; any warning is an error
	@SOURCE_DATE_EPOCH="$${SOURCE_DATE_EPOCH:-$$(git log -1 --format=%ct 2>/dev/null || date +%s)}" \
	  $(RUN) mkdocs build --strict

test: $(STAMP) $(RUNTIME) $(CHECKERS) browser ## run every test, those in a browser too
	@CHROMIUM="$$(tests/support/find-chromium)" $(RUN) pytest $(PYTEST_ARGS)

test-fast: $(STAMP) $(RUNTIME) ## run the tests that need neither a browser nor builds of their own
	@$(RUN) pytest $(PYTEST_ARGS) -m 'not browser and not builds'

lighthouse: $(STAMP) $(RUNTIME) .cache/lighthouse/.installed browser ## score the core page as on a phone; nothing is asserted
	@PYTHONPATH=tests/support .venv/bin/python tests/bench/lighthouse.py

snapshots: $(STAMP) $(RUNTIME) browser ## record anew how sections look, where that has changed
	@RECORD_SNAPSHOTS=1 CHROMIUM="$$(tests/support/find-chromium)" $(RUN) pytest $(PYTEST_ARGS) \
	  tests/browser/test_snapshots.py -k every_section

bench: $(STAMP) $(RUNTIME) browser ## measure what readers and engineers wait for; nothing is asserted
	@PYTHONPATH=tests/support .venv/bin/python tests/bench

check: $(STAMP) $(CHECKERS) ## lint, formatting and types, of Python and of scripts
	@$(RUN) ruff check
	@$(RUN) ruff format --check
	@$(RUN) mypy
	@PYTHONPATH=tests/support .venv/bin/python tests/support/typecheck.py

browser: $(STAMP)
	@tests/support/find-chromium --install

lock: | .venv/bin/python ## pin every dependency anew (LOCK_ARGS=--upgrade)
	@$(RUN) pip install -qq --disable-pip-version-check 'uv>=0.9'
	@$(RUN) uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --custom-compile-command 'make lock' --group dev $(LOCK_ARGS) \
	  --output-file requirements.lock pyproject.toml

clean: ## remove what builds and tests made; what set-up made stays
	@rm -rf site .cache/charts .cache/pages .cache/snapshots .cache/*.kept .hypothesis .mypy_cache .pytest_cache .ruff_cache .site.*.building .site.*.old
	@find macros tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(STAMP): requirements.lock pyproject.toml | .venv/bin/python
	@echo "Installing what requirements.lock names into .venv (about a minute) ..."
	@$(RUN) pip install -qq --disable-pip-version-check --no-input \
	  --require-hashes -r requirements.lock
	@$(RUN) pip install -qq --disable-pip-version-check --no-input \
	  --no-deps --no-build-isolation --editable .
	@$(RUN) macros.cli list models >/dev/null # so that the first question is answered quickly too
	@touch $@

$(RUNTIME): macros/site/vega_bundle.py $(wildcard macros/site/vega/*) | $(STAMP)
	@echo "Fetching the bundler, and bundling the runtime of the live charts (some seconds) ..."
	@$(RUN) macros.site.vega_bundle
	@touch $@

# Checkers, and Lighthouse, each by its own lock file.
.cache/%/.installed: tests/support/npm/%/package-lock.json | $(STAMP)
	@echo "Fetching the $* from npm (some seconds) ..."
	@PYTHONPATH=tests/support .venv/bin/python tests/support/checkers.py $*
	@touch $@

# Each candidate is run, not just looked up: a shim may stand for a Python that isn't there.
.venv/bin/python:
	@for python in $(or $(PYTHON),python3.13 python3.12 python3.11 python3); do \
	  if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
	    echo "Making .venv with $$("$$python" --version) ..."; \
	    "$$python" -m venv --clear .venv && exit 0; \
	    rm -rf .venv; \
	    echo "$$python can't make a virtual environment: on Debian and Ubuntu, install python3-venv." >&2; \
	    exit 1; \
	  fi; \
	done; \
	echo "Python 3.11 or later is needed, and none of these is one: $(or $(PYTHON),python3.13 python3.12 python3.11 python3)." >&2; \
	exit 1
