#!/bin/sh
# Serve the app to other machines, at a path of its own if BASE_PATH names one, with all that it writes below DATA.
set -eu
cd "$(dirname "$0")/.."
DATA="${DATA:-/data}"
export GANLIB_RUNS="${GANLIB_RUNS:-$DATA/runs}" GANLIB_CACHE="${GANLIB_CACHE:-$DATA/cache}"
mkdir -p "$GANLIB_RUNS" "$GANLIB_CACHE"
exec python -m streamlit run app.py --server.headless true --server.address "${ADDRESS:-0.0.0.0}" \
    --server.port "${PORT:-8501}" --server.baseUrlPath "${BASE_PATH:-}"
