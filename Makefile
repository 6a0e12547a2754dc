# Every target makes what it needs; PYTHON=... chooses the interpreter for .venv, PORT=... the port of `make serve`.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PORT ?= 8000
ADDRESS ?= 127.0.0.1
LIVES ?= 100
RUNS ?= 400
JOBS ?= 2
FAMILIES ?=
WEEKS ?=
ROWS ?= 1000000
BIN := .venv/bin
PY := $(BIN)/python
INSTALLED := .venv/installed

.PHONY: help install demo serve test check bench linkage simulate stop lock clean

help:  ## say what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' Makefile

install: $(INSTALLED)  ## make .venv with the locked dependencies

$(INSTALLED): requirements.txt
	@python=""; \
	for name in $${PYTHON:-python3.13 python3.12 python3.11 python3.14 python3}; do \
		if "$$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
			python="$$name"; break; \
		fi; \
	done; \
	if [ -z "$$python" ]; then \
		echo "Plumbline needs Python 3.11 or later with its venv module, and found none." >&2; \
		echo "Install one (Debian: apt-get install python3 python3-venv), or name it: make install PYTHON=/path/to/python" >&2; \
		exit 1; \
	fi; \
	if ! $(PY) -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
		rm -rf .venv; "$$python" -m venv .venv; \
	fi; \
	echo "Installing the locked dependencies into .venv …"; \
	$(PY) -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r requirements.txt
	@touch $(INSTALLED)

demo: $(INSTALLED)  ## set up a world to look at and run the whole flow on it (WEEKS=13)
	@$(PY) manage.py migrate --verbosity 0
	@$(PY) manage.py demo $(if $(WEEKS),--weeks $(WEEKS))

serve: $(INSTALLED)  ## the web pages and the tasks, until Ctrl-C
	@$(PY) manage.py migrate --verbosity 0
	@$(PY) manage.py collectstatic --noinput --verbosity 0
	@$(PY) -m config.serve $(ADDRESS) $(PORT)

test: $(INSTALLED)  ## the tests, on all cores
	@$(PY) -m pytest --numprocesses auto --dist worksteal

check: $(INSTALLED)  ## style, types, layers, migrations, API schema
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(PY) manage.py makemigrations --check --dry-run
	@$(PY) manage.py spectacular --validate --fail-on-warn --file /dev/null

bench: $(INSTALLED) .venv-bench/installed  ## measure time and memory, beside PostgreSQL's own COPY and beside dlt
	@$(PY) tests/benchmarks/run.py
	@$(PY) tests/benchmarks/throughput.py .venv-bench/bin/python
	@$(PY) tests/benchmarks/cannibalization.py
	@$(PY) tests/benchmarks/attribution.py
	@$(PY) tests/benchmarks/steering.py

linkage: $(INSTALLED)  ## measure matching: speed beside Splink, errors, the overlap's interval (ROWS=1000000)
	@$(PY) tests/benchmarks/exact_links.py
	@$(PY) tests/benchmarks/linkage.py --rows $(ROWS)
	@$(PY) tests/benchmarks/linkage_quality.py --rows $(ROWS)
	@$(PY) tests/benchmarks/overlap_coverage.py

.venv-bench/installed: requirements-bench.txt
	@$(PY) -m venv .venv-bench
	@.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r requirements-bench.txt
	@touch $@

simulate: $(INSTALLED)  ## estimate and steer where the truth is known, and pull made-up worlds under faults (LIVES=100 RUNS=400 JOBS=2 FAMILIES=)
	@failed=0; \
	$(PY) tests/simulation/measurement/run.py --runs $(RUNS) --jobs $(JOBS) $(if $(FAMILIES),--families $(FAMILIES)) || failed=1; \
	$(PY) tests/simulation/steering/run.py --runs $(RUNS) --jobs $(JOBS) || failed=1; \
	if [ $(LIVES) -gt 0 ]; then $(PY) tests/simulation/run.py --runs $(LIVES) --jobs $(JOBS) || failed=1; fi; \
	exit $$failed

stop:  ## stop the embedded database
	@if [ -x $(PY) ]; then $(PY) -m config.postgresql.stop; fi

lock:  ## choose the newest versions that requirements.in allows
	@command -v uv >/dev/null || { echo "make lock needs uv (pip install uv)" >&2; exit 1; }
	@uv pip compile --quiet --upgrade --universal --fork-strategy fewest --generate-hashes --python-version 3.11 \
		--no-emit-index-url --custom-compile-command "make lock" requirements.in --output-file requirements.txt

clean: stop  ## remove .venv and caches, keep var/ with its data
	@rm -rf .venv .venv-bench .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
