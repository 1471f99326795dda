#!/bin/sh
# Install what the app needs into the Python at hand: for a processor, or with the argument "cuda" for NVIDIA GPUs.
# The container runs this; so may any machine that is to serve the app.
set -eu
cd "$(dirname "$0")/.."
case "${1:-cpu}" in
    cpu) python -m pip install --quiet --requirement requirements.txt --requirement requirements-signin.txt ;;
    cuda) python -m pip install --quiet --requirement requirements-gpu.txt --requirement requirements-signin.txt ;;
    *) echo "install.sh takes cpu or cuda, not $1" >&2; exit 2 ;;
esac
