# Two commands: `make run` and `make test`. Each does its own set-up; nothing needs to be installed but
# Python 3.11 or newer. PORT=8001 make run; make test ARGS="-k wall".
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null \
	&& echo $$p && break; done)
BOOTSTRAP = $(if $(PYTHON),$(PYTHON),python3) -m config.bootstrap
ARGS ?=

.PHONY: help run setup test check bench lock messages format clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile

run: ## set up and serve the portal, a worker and the scheduler on http://127.0.0.1:8000
	@exec $(BOOTSTRAP) run

setup: ## everything `make run` needs, without starting it
	@exec $(BOOTSTRAP) setup

test: ## the whole suite, browser tests included
	@exec $(BOOTSTRAP) test $(ARGS)

check: ## the fast gate: format, lint, types, templates, migrations, messages, system checks
	@exec $(BOOTSTRAP) check

bench: ## the benchmarks, each as a ratio
	@exec $(BOOTSTRAP) bench $(ARGS)

format: ## format the code as `make check` wants it
	@.venv/bin/ruff check --fix --quiet . ; .venv/bin/ruff format --quiet .

messages: ## bring locale/*.po up to date with the code
	@.venv/bin/python manage.py messages --update

LOCK = .venv/bin/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate

lock: ## write the lock files again from pyproject.toml and package.json
	$(LOCK) pyproject.toml --group worker --group embedded --group dev -o tests/requirements.txt
	$(LOCK) pyproject.toml -c tests/requirements.txt -o requirements.txt
	$(LOCK) --group pyproject.toml:worker -c tests/requirements.txt -o requirements-worker.txt
	$(LOCK) --group pyproject.toml:embedded -c tests/requirements.txt -o config/embedded/requirements.txt
	$(LOCK) --group pyproject.toml:node -o config/embedded/node-requirements.txt
	npm install --package-lock-only --ignore-scripts

clean: ## remove what set-up made, but not the data in .rumbo
	rm -rf .venv node_modules static/vendor staticfiles
