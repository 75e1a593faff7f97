# `make run` starts the platform, `make test` checks everything; `make help` lists the rest.

PORT ?= 8000
WORKERS ?= 2
PEOPLE ?= 20000
VENV := .venv
PY := $(VENV)/bin/python
RUN_STAMP := $(VENV)/.runtime-installed
DEV_STAMP := $(VENV)/.tests-installed
# The lists name every package: nothing is left to resolve, and no later release is looked at.
PIP := $(PY) -m pip --disable-pip-version-check install --quiet --require-hashes --no-deps
COVERAGE := .cache/coverage
RECORDS := .cache/acceptance
# Each process gets a stretch of the folders and takes from the other's when it is done:
# fewer browsers, servers and worlds are made than by dealing tests out in turn.
PYTEST := $(PY) -m pytest -q -n $(WORKERS) --dist worksteal --durations=15
STEPS := lint types test-sqlite test-postgres coverage docs

export FLASK_APP := admin_app

.DEFAULT_GOAL := help
.PHONY: help run test lint types test-sqlite test-postgres browser soak coverage docs \
	catalogues system-packages lock sbom clean bench-rivals plans

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*##  *\(.*\)/  make \1\t\2/p' Makefile | expand -t 26

run: $(RUN_STAMP) catalogues  ## the platform with demo data on http://127.0.0.1:PORT
	@CE_PORT=$(PORT) CE_DEMO=$${CE_DEMO:-true} exec $(PY) -m tools.serve

test: system-packages $(DEV_STAMP) catalogues  ## everything: lint, types, all tests on both databases
	@rm -rf $(COVERAGE) $(RECORDS)
	@failed=; for step in $(STEPS); do \
		echo "== $$step"; \
		$(MAKE) --no-print-directory $$step || failed="$$failed $$step"; \
	done; \
	if [ -n "$$failed" ]; then echo "FAILED:$$failed"; exit 1; fi; \
	echo "all passed"

lint: $(DEV_STAMP)  ## style and layout (ruff), known dangers (bandit)
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m bandit --quiet -ll --recursive admin_app config seed tools

types: $(DEV_STAMP)  ## types (mypy, strict)
	@$(PY) -m mypy

test-sqlite: $(DEV_STAMP) catalogues  ## all tests on SQLite
	@rm -f $(RECORDS)/sqlite.json
	@CE_TEST_DATABASE=sqlite CE_TEST_RECORD=$(RECORDS)/sqlite.json \
		COVERAGE_FILE=$(COVERAGE)/sqlite \
		$(PYTEST) --cov --cov-report= --cov-fail-under=0

test-postgres: $(DEV_STAMP) catalogues  ## all tests with a database on a private PostgreSQL
	@rm -f $(RECORDS)/postgresql.json
	@CE_TEST_DATABASE=postgresql CE_TEST_RECORD=$(RECORDS)/postgresql.json \
		$(PYTEST) -m "not once"

browser: $(DEV_STAMP) catalogues  ## only the tests that drive Chromium
	@$(PY) -m pytest -q -m browser

# Each part stops at the first failure or when its minutes are over: never longer than
# SOAK_MINUTES for each part and database, seven hours and a half as it stands.
SOAK_MINUTES ?= 30
SOAK_DATABASES ?= sqlite postgresql
SOAK_PARTS ?= tests/fire tests/workflows tests/everywhere tests/matrix \
	tests/operations/test_tree.py tests/views/test_recovery.py tests/browser/test_injection.py

soak: $(DEV_STAMP) catalogues  ## tests at length: SOAK_MINUTES for each of SOAK_PARTS on each of SOAK_DATABASES
	@failed=; for database in $(SOAK_DATABASES); do for part in $(SOAK_PARTS); do \
		echo "== $$part on $$database"; \
		CE_TEST_SOAK=1 CE_TEST_DATABASE=$$database timeout --signal=INT --kill-after=60 \
			$(SOAK_MINUTES)m $(PY) -m pytest -q -x -n $(WORKERS) $$part; \
		status=$$?; \
		if [ $$status = 124 ]; then echo "stopped after $(SOAK_MINUTES) minutes without a failure"; \
		elif [ $$status != 0 ]; then failed="$$failed $$part:$$database"; fi; \
	done; done; \
	if [ -n "$$failed" ]; then echo "FAILED:$$failed"; exit 1; fi
	@$(PY) -m bench.memory 10000 --minutes $(SOAK_MINUTES) --most 200 --growth 3

# Counting lines makes a test half as slow again: once is enough.
coverage:  ## branch coverage of the run on SQLite
	@COVERAGE_FILE=$(COVERAGE)/sqlite $(PY) -m coverage report

docs:  ## docs/features.md and docs/security.md from the last whole test runs
	@$(PY) -m tools.acceptance

catalogues: $(RUN_STAMP)  ## translations: the lists of words made into gettext catalogues
	@$(PY) -m tools.catalogues

system-packages:  ## what the tests need from apt, where it is missing
	@PYTHON=$(PYTHON) sh tools/system_packages.sh test

# With the oldest Python we run on (3.11.2 of Debian 12): some newer releases refuse it.
lock: $(DEV_STAMP)  ## pin the newest allowed packages by hash
	@$(PY) -m piptools compile --no-header --upgrade -o requirements.txt requirements.in
	@$(PY) -m piptools compile --no-header --upgrade -o requirements-dev.txt requirements-dev.in

sbom: $(DEV_STAMP)  ## sbom.json: what the program is made of (CycloneDX)
	@$(VENV)/bin/cyclonedx-py requirements --output-reproducible -o sbom.json requirements.txt

plans: $(DEV_STAMP) catalogues  ## no list, look-up or report reads a large table as a whole (PEOPLE=20000)
	@for database in sqlite postgresql; do echo "== $$database"; \
		$(PY) -m bench plans --people $(PEOPLE) --database $$database || exit 1; done

bench-rivals:  ## what `flask bench run` compares with, in an environment of its own
	@"$$(PYTHON=$(PYTHON) sh tools/find_python.sh)" -m venv .cache/bench-rivals
	@.cache/bench-rivals/bin/python -m pip --disable-pip-version-check install --quiet \
		--require-hashes --no-deps -r bench/rivals/requirements-bench.txt

clean:  ## remove what can be made again; instance/ stays
	@rm -rf $(VENV) .cache .ruff_cache .hypothesis htmlcov
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(PY):
	@sh tools/system_packages.sh run
	@"$$(PYTHON=$(PYTHON) sh tools/find_python.sh)" -m venv $(VENV)

$(RUN_STAMP): requirements.txt | $(PY)
	@echo "installing the program's packages (once)"
	@$(PIP) -r requirements.txt
	@$(PY) -m pip --disable-pip-version-check check --quiet
	@touch $@

$(DEV_STAMP): requirements-dev.txt $(RUN_STAMP)
	@echo "installing the packages of the tests (once)"
	@$(PIP) -r requirements-dev.txt
	@$(PY) -m pip --disable-pip-version-check check --quiet
	@touch $@
