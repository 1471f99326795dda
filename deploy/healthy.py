"""Ends with 0 if the app that `serve.sh` started answers: the container's health check."""

import os
import urllib.request

port, base = os.environ.get("PORT", "8501"), os.environ.get("BASE_PATH", "").strip("/")
path = f"{base}/_stcore/health" if base else "_stcore/health"
with urllib.request.urlopen(f"http://localhost:{port}/{path}", timeout=5) as answer:
    raise SystemExit(answer.status != 200)
