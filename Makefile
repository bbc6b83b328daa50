# Three commands matter: `make demo`, `make test` and `make test-long`. Each sets up all that it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
READY := $(VENV)/.tests-compiled
KEPT := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/cellwright-tests
# Python keeps what it compiled, and pytest the tests that it rewrote for its messages: else each of its
# processes does that again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help install postgres binaries chromium checkov groovy demo docs test test-long e2e-tofu engines tests lint types layers unit contract golden e2e format lock versions clean

help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | expand -t 12

install: $(STAMP) ## set up .venv with .venv/bin/cellwright

# Each step says what it does on one line, and is quiet otherwise; what fails says why.
$(STAMP): pyproject.toml requirements/development.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Cellwright needs Python 3.11 or newer; run: make PYTHON=python3.12")'
	@echo "1/4  making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV)
	@echo "2/4  installing $$(grep -c == requirements/development.txt) packages; the first time it takes a minute or more"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/development.txt
	@echo "3/4  installing Cellwright itself"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@echo "4/4  compiling it, so that commands start fast"
	@$(BIN)/python -m compileall -q -x '/cellwright/reference/' src/cellwright  # pip does it for a package, not for an editable folder
	@touch $(STAMP)
	@echo "done: $(BIN)/cellwright --help"

demo: install ## bring up three levels and two clients on an emulated AWS
	$(BIN)/cellwright demo

postgres: install ## find a PostgreSQL server for the contract tests; install one if there is none and we may
	PYTHONPATH=tests $(BIN)/python -m contract.postgres

chromium: install ## find a browser for the console's tests; install Debian's Chromium if there is none and we may
	PYTHONPATH=tests $(BIN)/python -m chromium

groovy: install ## find the Groovy that Jenkins' pipelines run; install Debian's if there is none and we may
	PYTHONPATH=tests $(BIN)/python -m pipeline.groovy

checkov: install ## install checkov, by which the reference stacks are judged, once for this user
	PYTHONPATH=tests $(BIN)/python -m checkov_program

binaries: install ## build OpenTofu, SOPS, actionlint and the test providers with Go, install an OpenID provider, once for this user
	PYTHONPATH=tests $(BIN)/python -m binaries
	PYTHONPATH=tests $(BIN)/python -m go_providers
	PYTHONPATH=tests $(BIN)/python -m go_sops
	PYTHONPATH=tests $(BIN)/python -m go_pipeline
	PYTHONPATH=tests $(BIN)/python -m oidc_provider

# The type checker uses one core for half a minute: the tests run beside it.
test: lint ## set up everything, run every check and all tests but the long ones
	$(MAKE) --no-print-directory --jobs 2 types layers tests

# By one process, beside the type checker, so that not each of six does it.
$(READY): $(STAMP)
	-$(BIN)/pytest --collect-only -q >/dev/null
	touch $(READY)

# In one go, so that no core waits while the last test of a level runs. Six, because tests wait for each other's
# programs: with four, a quarter of two cores was idle; with eight it takes as long.
tests: $(READY) postgres binaries chromium checkov groovy
	$(BIN)/pytest -n 6 --dist worksteal -q --durations=25

test-long: postgres chromium groovy ## chaos, damaged inputs, the demo in all its forms, older releases of OpenTofu, e2e-tofu
	PYTHONPATH=tests $(BIN)/python -m binaries older
	CELLWRIGHT_EXAMPLES=1 $(BIN)/pytest -m long -n 2 -q --durations=0
	CELLWRIGHT_EXAMPLES=10 $(BIN)/pytest -m "hypothesis and not long" -n 2 --dist worksteal --timeout 900 -q
	$(MAKE) --no-print-directory e2e-tofu

# tests/e2e/crash runs on both products by itself.
e2e-tofu: postgres binaries chromium groovy ## the end-to-end tests, with OpenTofu as the machine's program
	CELLWRIGHT_E2E_BINARY=tofu $(BIN)/pytest tests/e2e --ignore tests/e2e/crash -n 3 --dist worksteal -q

# The name of a test has the program's path: only tests of the programs that are named are run, the long ones too.
engines: binaries ## what decides about a program, on each that CELLWRIGHT_BINARIES=/path/terraform:/path/tofu names
	@test -n "$(CELLWRIGHT_BINARIES)" || { echo "name programs: make engines CELLWRIGHT_BINARIES=/path/terraform:/path/tofu"; exit 2; }
	CELLWRIGHT_BINARIES=$(CELLWRIGHT_BINARIES) $(BIN)/pytest tests/contract/terraform tests/contract/stacks tests/contract/relay \
		tests/e2e/engines tests/e2e/crash tests/e2e/secrets/test_encryption.py tests/e2e/stacks/test_stacks.py \
		-k "$(subst :, or ,$(CELLWRIGHT_BINARIES))" -m "long or not long" -n 3 --dist worksteal -q

lint: install ## ruff: rules and format
	$(BIN)/ruff check
	$(BIN)/ruff format --check

# A new clone begins with what the last one of this user has found: mypy compares the files by their content.
types: install ## strict type checking
	@test -d .mypy_cache || cp -r $(KEPT)/mypy .mypy_cache 2>/dev/null || true
	$(BIN)/mypy
	@rm -rf $(KEPT)/mypy.new && mkdir -p $(KEPT) && cp -r .mypy_cache $(KEPT)/mypy.new && rm -rf $(KEPT)/mypy && mv -T $(KEPT)/mypy.new $(KEPT)/mypy || true

layers: install ## imports go one way
	$(BIN)/lint-imports

unit contract golden e2e: postgres binaries chromium groovy ## one level of tests
	$(BIN)/pytest tests/$@ -n 3 --dist worksteal -q

format: install ## rewrite the sources in the house format
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

lock: install ## pin what pyproject.toml allows, by SHA-256; no download addresses
	$(BIN)/pip-compile --quiet --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header --allow-unsafe --generate-hashes \
		--extra postgres --extra sandbox --extra console --extra worker --extra telemetry --extra documents --extra editor --extra mcp --output-file requirements/development.txt pyproject.toml requirements/development.in
	$(BIN)/pip-compile --quiet --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header --allow-unsafe --generate-hashes \
		--extra postgres --extra aws --extra console --extra worker --extra telemetry --extra documents --output-file requirements/server.txt pyproject.toml requirements/server.in
	$(BIN)/pip-compile --quiet --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header --allow-unsafe --generate-hashes \
		--output-file requirements/checkov.txt requirements/checkov.in
	$(BIN)/pip-compile --quiet --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header --allow-unsafe --generate-hashes \
		--output-file requirements/docs.txt requirements/docs.in

docs: install ## build the documentation's site into site/, strictly; what that needs is installed once for this user, npm has to be there
	PYTHONPATH=tools $(BIN)/python -m docs_site

versions: install ## look for newer versions of what src/cellwright/versions.yaml names; WRITE=1 takes them
	PYTHONPATH=tests $(BIN)/python -m upkeep.versions $(if $(WRITE),--write)

clean: ## remove what these targets made
	rm -rf $(VENV) site build/docs .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
