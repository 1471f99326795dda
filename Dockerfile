# docker build --tag gan-explorer .            for a processor
# docker build --build-arg DEVICE=cuda ...     for NVIDIA GPUs
FROM python:3.12-slim-bookworm

ARG DEVICE=cpu
ENV PYTHONDONTWRITEBYTECODE=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    HOME=/tmp

WORKDIR /app
COPY requirements.txt requirements-gpu.txt requirements-signin.txt ./
COPY deploy/install.sh deploy/
RUN sh deploy/install.sh "$DEVICE"

COPY . .
RUN useradd --uid 1000 --no-create-home explorer && install --directory --owner explorer /data
USER 1000

# All that is written lies here, or in /tmp: the rest may be read-only.
VOLUME /data
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s CMD ["python", "deploy/healthy.py"]
CMD ["sh", "deploy/serve.sh"]
