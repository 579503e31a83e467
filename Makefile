# `make demo` shows it, `make test` proves it. Both set everything up first; nothing but Python 3.11 or newer is needed.

export DEBUG := 1

VENV := .venv
PY := $(VENV)/bin/python
READY := $(VENV)/.ready
PYTHON ?= $(shell for each in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; done)

.PHONY: help setup demo test browser lint format types messages run lock clean

help:
	@echo "make demo     everything at work: invented families, libraries, mail, and the site (SERVE=0: without the site)"
	@echo "make test     the tests"
	@echo "make browser  the tests in Chromium"
	@echo "make lint     ruff: lint and format; bandit"
	@echo "make format   ruff, mending what it can"
	@echo "make types    mypy"
	@echo "make messages the texts to be translated are gathered, and translations made ready (needs gettext)"
	@echo "make lock     requirements*.txt with hashes, from requirements*.in"
	@echo "make run      the site, on your own database in db.sqlite3"

setup: $(READY)

$(READY): requirements.txt requirements-dev.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; name one by: make PYTHON=/path/to/python"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

demo: $(READY)
	$(PY) manage.py demo $(if $(filter 0,$(SERVE)),--no-serve)

test: $(READY)
	$(PY) -m pytest -q -n auto --dist worksteal

browser: $(READY)
	$(PY) -m pytest -m browser -n 2 --dist worksteal

lint: $(READY)
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m bandit --quiet --configfile pyproject.toml --recursive cards libraries libraryhippo notifications

format: $(READY)
	$(PY) -m ruff check --fix
	$(PY) -m ruff format

types: $(READY)
	$(PY) -m mypy

run: $(READY)
	$(PY) manage.py migrate --verbosity 0
	$(PY) manage.py load_libraries
	$(PY) manage.py runserver

# What is new stands in locale/*/LC_MESSAGES/django.po with an empty translation, or one that is marked as fuzzy.
messages: $(READY)
	$(PY) manage.py makemessages --all --add-location=file --no-obsolete --ignore=tests --ignore=benchmarks
	$(PY) manage.py compilemessages --ignore=$(VENV)

# In an environment of its own: uv is nothing that the project runs with.
lock:
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python -m pip install --quiet --disable-pip-version-check uv
	for each in requirements requirements-dev; do \
		.venv-lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
			--no-header --no-emit-index-url --no-emit-find-links --output-file $$each.txt $$each.in && \
		sed -i "1i # Written by make lock from $$each.in: every package and its files, by hash." $$each.txt; \
	done
	rm -rf .venv-lock

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis staticfiles
