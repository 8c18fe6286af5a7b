# The image that every step of the pipeline runs in on Kubeflow; `make image` builds it.

# The leg: 1.16 for a pipeline that was compiled with TFX 1.16, which `make` has on Debian 12.
ARG TFX=1.21
# The Debians that the locked versions are tested on. Only amd64: TFX has wheels for no other kind of Linux.
# A tag can be moved. To pin what it means today, look its digest up and append it, as `...-trixie@sha256:<digest>`:
#     docker buildx imagetools inspect python:3.13.9-slim-trixie
FROM python:3.10.22-slim-bookworm AS tfx-1.16
FROM python:3.13.9-slim-trixie AS tfx-1.21


# hadolint ignore=DL3006
FROM tfx-${TFX} AS base
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
    && python -m compileall -q -x site-packages "$(python -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')"
WORKDIR /app


FROM base AS libraries
ARG TFX
# Some libraries come as source only, and two of those are C and C++: Beam's checksums and TFX's fingerprints.
# Debian removes superseded versions from its archive, so a pinned compiler would soon not install.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends g++ \
    && rm -rf /var/lib/apt/lists/*
COPY scripts/uv.txt locks/image-${TFX}.lock /build/
# Build constraints, since the lock would otherwise not hold for the setuptools that builds those sources. TensorFlow's
# C++ headers are an eighth of all and of no use to the steps.
RUN pip install --quiet --no-cache-dir --disable-pip-version-check --root-user-action=ignore --require-hashes \
        --requirement /build/uv.txt \
    && uv venv --quiet --python "$(command -v python)" /opt/venv \
    && uv pip sync --quiet --no-cache --require-hashes --build-constraints "/build/image-${TFX}.lock" \
        --compile-bytecode --python /opt/venv/bin/python "/build/image-${TFX}.lock" \
    && rm -r /opt/venv/lib/python3.*/site-packages/tensorflow/include


FROM base AS code
COPY LICENSE ./
COPY schema/ schema/
COPY core/ core/
COPY console/ console/
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
ARG REVISION=""
# What the report of a run says.
ENV LETTERS_REVISION="$REVISION"
LABEL org.opencontainers.image.title="russian-letters-pipeline" \
      org.opencontainers.image.description="The steps of a TFX pipeline from photos of handwritten Russian letters to a served classifier" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.revision="$REVISION"
# No ENTRYPOINT: Kubeflow puts its launcher before the command of each step.
CMD ["python", "-m", "pipeline.kubeflow.entrypoint", "--help"]
