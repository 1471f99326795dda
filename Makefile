# `make run` starts the app, `make test` runs the tests; both set everything up first. `make torch` tests the other backend.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8501
TORCH ?= torch==2.13.0
# Every process would compile the project anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test torch lint slow e2e screenshots clean

run: $(VENV)/run.stamp
	$(BIN)/streamlit run app.py --server.port $(PORT)

test: $(VENV)/dev.stamp
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist worksteal -m "not slow and not e2e"

torch: $(VENV)/torch.stamp
	KERAS_BACKEND=torch OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist worksteal \
		-m "not slow and not e2e" tests/backend tests/benchmarks tests/explore tests/metrics tests/models tests/training

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# What compares times has the machine for itself.
slow: $(VENV)/dev.stamp
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 2 --dist loadfile --no-loadscope-reorder \
		-m "slow and not exclusive and not e2e"
	$(BIN)/python -m pytest -m "exclusive and not e2e"

e2e: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -m e2e

screenshots: $(VENV)/dev.stamp
	$(BIN)/python -m tests.e2e.screenshots screenshots

clean:
	rm -rf $(VENV) screenshots .pytest_cache .mypy_cache .ruff_cache

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info < (3, 14) else "Python 3.11, 3.12 or 3.13 is needed; name one with: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --requirement requirements.txt
	touch $@

# One version, so that every machine tests the same: without it some get a build with gigabytes of CUDA.
$(VENV)/torch.stamp: requirements-torch.txt $(VENV)/dev.stamp
	$(BIN)/python -m pip install --quiet $(TORCH)
	touch $@

$(VENV)/dev.stamp: requirements-dev.txt requirements-signin.txt $(VENV)/run.stamp
	$(BIN)/python -m pip install --quiet --requirement requirements-dev.txt
	touch $@
