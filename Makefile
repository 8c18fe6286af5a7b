# `make help` lists the targets.
PYTHON := .venv/bin/python
OUTPUT ?= output
RECIPE ?=
DATA ?=
ARGS ?=
SECONDS ?= 1800
IMAGE ?= letters-pipeline:$(shell git describe --always --dirty --exclude "*" 2>/dev/null || echo latest)
# Two processes, each with whole files, so that a file's tests still share what they share; in the order of their names,
# in which short ones come last.
PARALLEL := --numprocesses 2 --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help run serve test test-long test-trixie sample data lint kubeflow-check audit fuzz lock image setup browser clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'
	@echo '  make run takes DATA=folder OUTPUT=folder RECIPE=name ARGS="--set section.key=value ..."'

setup: ## make .venv, where it is not up to date
	@scripts/set_up.sh

browser: ## see to a Chromium for the tests of pages, where this is allowed
	@scripts/set_up_browser.sh

run: setup ## run the pipeline on generated letters, or on DATA=folder, or on several, DATA="folder folder"
	@if [ -d "$(DATA)" ]; then set -- --data "$(DATA)"; else set --; for folder in $(DATA); do set -- "$$@" --data "$$folder"; done; fi; \
	$(PYTHON) local_runner.py "$$@" --output "$(OUTPUT)" $(if $(RECIPE),--recipe "$(RECIPE)") $(ARGS)

serve: setup ## serve the pushed model of OUTPUT=folder, with a page to try it; ARGS="--collect FOLDER --host 0.0.0.0"
	@$(PYTHON) serve.py "$(OUTPUT)/serving_model" $(ARGS)

test: setup browser ## run the tests (at most 10 minutes)
	@$(PYTHON) -m pytest -m "not long" $(PARALLEL) $(ARGS)

test-trixie: ## run the tests and the pipeline on TFX 1.21, in a Debian 13 of their own (as root)
	@scripts/in_trixie.sh make test run
	@PYTHON_VERSION=3.11 scripts/in_trixie.sh make test run

test-long: setup ## run the tests that take longer
	@$(PYTHON) -m pytest -m long $(PARALLEL) $(ARGS)

sample: setup ## write the generated letters to data/sample
	@$(PYTHON) -m sample --output data/sample

data: setup ## download the real photos from Kaggle to data/russian-handwritten-letters
	@$(PYTHON) -m scripts.download_data

lint: setup ## check the style (ruff) and the types (mypy)
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m mypy

kubeflow-check: setup ## ask Kubeflow's and Argo's own code about the compiled pipeline (needs Go)
	@scripts/kubeflow_check.sh

audit: setup ## look the locked versions up in the database of known vulnerabilities (needs PyPI)
	@$(PYTHON) -m scripts.audit

fuzz: setup ## fuzz what reads the CSV and the images, for SECONDS=1800 in all (needs PyPI)
	@scripts/set_up_fuzz.sh
	@.venv/fuzz/bin/python -m research.fuzz --seconds $(SECONDS)

lock: setup ## write the lock files anew, with the newest versions
	@scripts/lock.sh --upgrade

image: ## build the image that the steps run in on Kubeflow, as IMAGE=name:tag
	@builder=$$(command -v docker || command -v podman) || \
	  { echo "image: neither docker nor podman is on the PATH; install one to build the image" >&2; exit 2; }; \
	"$$builder" build --platform linux/amd64 --build-arg TFX=$(or $(TFX),1.21) \
	  --build-arg REVISION="$$(git rev-parse HEAD 2>/dev/null)" \
	  --tag "$(IMAGE)" .

clean: ## remove .venv
	rm -rf .venv
