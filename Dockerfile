# The image that every step of the pipeline runs in on Kubeflow; `make image` builds it.

# Debian 12, since the locked versions are tested on it. Only amd64: TFX 1.16 has wheels for no other kind of Linux.
# A tag can be moved. To pin what it means today, look its digest up and append it, as `...-bookworm@sha256:<digest>`:
#     docker buildx imagetools inspect python:3.10.22-slim-bookworm
FROM python:3.10.22-slim-bookworm AS base
# HOME, since libraries write below it and no other folder is writable to the steps; no bytecode, since all of it is
# made here, and the steps may write none beside the code.
ENV HOME=/tmp \
    PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONFAULTHANDLER=1 \
    PYTHONUNBUFFERED=1
# The user has a name since getpass and others fail without. Python's own library comes without bytecode in this base.
RUN groupadd --gid 65532 steps \
    && useradd --no-log-init --key UID_MAX=65532 --uid 65532 --gid steps --no-create-home --home-dir /tmp \
        --shell /usr/sbin/nologin steps \
    && python -m compileall -q -x site-packages /usr/local/lib/python3.10
WORKDIR /app


FROM base AS libraries
# Some libraries come as source only, and two of those are C and C++: Beam's checksums and TFX's fingerprints.
# Debian removes superseded versions from its archive, so a pinned compiler would soon not install.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends g++ \
    && rm -rf /var/lib/apt/lists/*
COPY scripts/uv.txt requirements-image.lock /build/
# Build constraints, since the lock would otherwise not hold for the setuptools that builds those sources. TensorFlow's
# C++ headers are an eighth of all and of no use to the steps.
RUN pip install --quiet --no-cache-dir --disable-pip-version-check --root-user-action=ignore --require-hashes \
        --requirement /build/uv.txt \
    && uv venv --quiet --python /usr/local/bin/python3.10 /opt/venv \
    && uv pip sync --quiet --no-cache --require-hashes --build-constraints /build/requirements-image.lock \
        --compile-bytecode --python /opt/venv/bin/python /build/requirements-image.lock \
    && rm -r /opt/venv/lib/python3.10/site-packages/tensorflow/include


FROM base AS code
COPY LICENSE ./
COPY schema/ schema/
COPY sample/ sample/
COPY report/ report/
COPY components/ components/
COPY pipeline/ pipeline/
RUN python -m compileall -q .


FROM base
COPY --from=libraries /opt/venv /opt/venv
# In one layer, above the libraries: this is all that a change of code makes anew.
COPY --from=code /app /app
# By number, so that Kubernetes can tell that it is not root.
USER 65532:65532
ARG REVISION=unknown
LABEL org.opencontainers.image.title="russian-letters-pipeline" \
      org.opencontainers.image.description="The steps of a TFX pipeline from photos of handwritten Russian letters to a served classifier" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.revision="$REVISION"
# No ENTRYPOINT: Kubeflow puts its launcher before the command of each step.
CMD ["python", "-m", "pipeline.kubeflow.entrypoint", "--help"]
