# Python 3.11 or newer (with venv) and make: nothing else is needed for `make report`.
# Works with GNU make 3.81, the one macOS ships.

DATE := 2025-01-27
# Further options of `shock report` or of pytest: make report ARGS="--lang ja"
ARGS :=
PYTHON ?=
VENV := .venv
NODE := .ci/node_modules/.bin

PIP := $(VENV)/bin/python -m pip --disable-pip-version-check --no-input
# pip would compile all of it, one file at a time; Python compiles what is loaded, when it is.
LOCKED := $(PIP) install --no-compile --progress-bar off --require-hashes
# The build tools are in the lock too: no isolated build, which would fetch them without hashes.
PROJECT := $(PIP) install --progress-bar off --no-deps --no-build-isolation --editable .
COMPILE := $(VENV)/bin/uv pip compile --quiet --no-config --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate \
	--custom-compile-command 'make lock' $(if $(UPGRADE),--upgrade)

# What a user's pip configuration may hold would lead an installation out of the environment.
export PIP_USER := 0
unexport PIP_TARGET PIP_PREFIX PIP_ROOT PIP_CONSTRAINT PYTHONHOME
# Else every command would compile all anew that it loads.
unexport PYTHONDONTWRITEBYTECODE

.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help report test check lint format mypy pyright imports docs wheel lock sbom audit clean FORCE

help:
	@echo 'make report   print the report of $(DATE) (another day: make report DATE=2025-01-28)'
	@echo 'make test     run the tests'
	@echo 'make check    lint, format, types, import contracts, documentation'
	@echo 'make wheel    build the wheel into dist/'
	@echo 'make lock     write requirements/*.lock anew (make lock UPGRADE=1: with newer releases)'
	@echo 'make sbom     write the bill of materials that stands in the wheel, from run.lock'
	@echo 'make audit    ask an advisory service about every release of the locks'
	@echo 'make clean    remove whatever make has made'
	@echo
	@echo 'PYTHON=python3.12 chooses the interpreter; ARGS="--lang ja" is handed on.'

report: $(VENV)/.project
	@$(VENV)/bin/shock report --date $(DATE) $(ARGS)

test: $(VENV)/.test
	@$(VENV)/bin/python -m pytest -n auto --dist worksteal $(ARGS)

check: lint format mypy pyright imports docs

lint: $(VENV)/.dev
	@$(VENV)/bin/ruff check

format: $(VENV)/.dev
	@$(VENV)/bin/ruff format --check

mypy: $(VENV)/.dev
	@$(VENV)/bin/mypy

pyright: $(VENV)/.dev $(NODE)/.done
	@$(NODE)/pyright

imports: $(VENV)/.dev
	@$(VENV)/bin/lint-imports

docs: $(VENV)/.project
	@$(VENV)/bin/python scripts/check_docs.py

wheel: $(VENV)/.project
	@$(call quietly,$(PIP) wheel --no-deps --no-build-isolation --wheel-dir dist .)

# Each lock is held to the next larger one, so that one environment can take all three in turn.
lock: $(VENV)/.made
	@$(call quietly,$(PIP) install uv)
	@$(COMPILE) pyproject.toml requirements/build.in --extra dev -o requirements/dev.lock
	@$(COMPILE) pyproject.toml requirements/build.in --extra test \
		-c requirements/dev.lock -o requirements/test.lock
	@$(COMPILE) pyproject.toml requirements/build.in --extra publish \
		-c requirements/dev.lock -o requirements/run.lock

sbom: $(VENV)/.project
	@$(VENV)/bin/python scripts/sbom.py

# The standard library alone: it needs no environment but an interpreter.
audit: $(VENV)/.made
	@$(VENV)/bin/python scripts/audit.py

clean:
	@rm -rf $(VENV) .ci/node_modules build dist .pytest_cache .mypy_cache .ruff_cache \
		.hypothesis .import_linter_cache
	@find deepseek_shock tests scripts benchmarks -name __pycache__ -prune -exec rm -rf {} +

# --- the environment: each stamp is one installation, redone when what it reads has changed ---

# pip's output is kept back, so that stdout is the report alone, and shown when pip fails.
# Each target has a log: two may be made at once.
quietly = { $(1); } >$(VENV)/$(@F).log 2>&1 || { cat $(VENV)/$(@F).log >&2; \
	echo 'error: the set-up failed; the output above says why' >&2; \
	echo 'hint: check the network and the free disk space, then run the same command again' >&2; \
	exit 1; }

# A copied or moved checkout, a removed interpreter or another PYTHON= asks for a new environment.
usable := $(shell [ "`cat $(VENV)/.made 2>/dev/null`" = "`pwd`" ] \
	&& made="`$(VENV)/bin/python -c 'import sys; print(sys.version)' 2>/dev/null`" \
	&& { [ -z '$(PYTHON)' ] || [ "$$made" = "`'$(PYTHON)' -c 'import sys; print(sys.version)' 2>/dev/null`" ]; } \
	&& echo yes)
ifneq ($(usable),yes)
$(VENV)/.made: FORCE
endif

# Candidates are run, not looked up: a version manager's shim may be there and fail.
$(VENV)/.made:
	@found=; for python in $(if $(PYTHON),'$(PYTHON)',python3 python3.13 python3.12 python3.11); do \
		"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		found="$$python"; \
		"$$python" -c 'import ensurepip, venv' 2>/dev/null && break; \
		found="$$python without venv"; \
	done; \
	case "$$found" in \
	'') echo 'error: $(if $(PYTHON),$(PYTHON) is not,found no) Python 3.11 or newer' >&2; \
		echo 'hint: install one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3' >&2; \
		exit 1;; \
	*' without venv') \
		echo "error: $${found% without venv} cannot make virtual environments: its venv or ensurepip module is missing" >&2; \
		echo 'hint: on Debian and Ubuntu: apt-get install python3-venv' >&2; \
		exit 1;; \
	esac; \
	echo 'Setting up $(VENV), once; this takes about a minute.' >&2; \
	"$$found" -m venv --clear $(VENV) >&2 || { \
		echo "error: $$found could not make $(VENV); the output above says why" >&2; \
		echo 'hint: check that this folder can be written to, or name another interpreter: PYTHON=...' >&2; \
		exit 1; }
	@pwd >$@

$(VENV)/.run: $(VENV)/.made requirements/run.lock
	@$(call quietly,$(LOCKED) -r requirements/run.lock)
	@touch $@

# __init__.py holds the version, which the installed metadata repeat.
$(VENV)/.project: $(VENV)/.run pyproject.toml deepseek_shock/__init__.py
	@$(call quietly,$(PROJECT))
	@# An editable installation compiles nothing; an unwritable checkout would compile at every start.
	@$(VENV)/bin/python -m compileall -q deepseek_shock || true
	@touch $@

$(VENV)/.test: $(VENV)/.project requirements/test.lock
	@$(call quietly,$(LOCKED) -r requirements/test.lock)
	@# The tests' processes would all compile the same at once. What libraries test is not loaded.
	@$(VENV)/bin/python -m compileall -q -j 0 -x '/tests?/' $(VENV)/lib/python*/site-packages \
		>/dev/null 2>&1 || true
	@touch $@

# pyspark comes as 450 MB of sources: its wheel is unpacked as soon as it is made, so not compressed.
$(VENV)/.dev: $(VENV)/.test requirements/dev.lock
	@printf '[bdist_wheel]\ncompression = stored\n' >$(VENV)/.wheels
	@$(call quietly,DIST_EXTRA_CONFIG="$(CURDIR)/$(VENV)/.wheels" $(LOCKED) -r requirements/dev.lock)
	@touch $@

$(NODE)/.done: .ci/package-lock.json
	@command -v npm >/dev/null || { \
		echo 'error: pyright and html-validate need npm, which is not installed' >&2; \
		echo 'hint: install Node.js with npm (on Debian and Ubuntu: apt-get install nodejs npm)' >&2; \
		exit 1; }
	@cd .ci && npm ci --silent --no-audit --no-fund --ignore-scripts >&2
	@touch $@
