#!/usr/bin/env bash
# Writes the lock files anew from setup.py: of both legs, of their images, and of the environments beside them.
# scripts/lock.sh [--upgrade]: with the newest versions that fit, and not those that are locked already. Needs PyPI.
set -euo pipefail
cd "$(dirname "$0")/.."

compile() {
  .venv/uv/bin/uv pip compile --quiet --generate-hashes --no-emit-index-url --custom-compile-command "make lock" "$@"
}

# One file for Python 3.11 to 3.13, on Linux and macOS: its markers choose.
compile --all-extras --python-version 3.10 "$@" -o locks/tfx-1.16.lock setup.py
compile --all-extras --universal --python-version 3.11 "$@" -o locks/tfx-1.21.lock setup.py
compile --extra kfp --extra sample --python-version 3.10 --constraint locks/tfx-1.16.lock "$@" \
  -o locks/image-1.16.lock setup.py
compile --extra kfp --extra sample --python-version 3.13 --python-platform x86_64-manylinux_2_39 --constraint locks/tfx-1.21.lock "$@" \
  -o locks/image-1.21.lock setup.py
echo 'kfp>=2.14,<3' | compile --universal --python-version 3.10 "$@" -o locks/kfp-local.lock -
# Python 3.10 on either leg, with the versions of its packages: atheris comes as wheels for some Pythons only.
printf '%s\n' atheris hypothesis numpy pandas pillow pydantic tensorflow-metadata |
  compile --only-binary atheris --python-version 3.10 --constraint locks/tfx-1.16.lock "$@" -o locks/fuzz.lock -
rm -rf ./*.egg-info
