#!/usr/bin/env bash
# Makes .venv/kfp-local from locks/kfp-local.lock, or does nothing where it is up to date. Needs .venv.
# An environment of its own: the kfp that runs whole pipelines locally wants a newer protobuf than TFX takes.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/up_to_date.sh

environment=.venv/kfp-local
stamp=$environment/.installed
uv=.venv/uv/bin/uv

say_and_stop() {
  echo "set-up of kfp.local: $1" >&2
  exit 2
}

fingerprint() {
  cat locks/kfp-local.lock scripts/set_up_kfp_local.sh | sha256sum | cut -d' ' -f1
}

up_to_date "$environment" "$(fingerprint)" && exit 0

{ [ -x "$uv" ] && [ -x .venv/bin/python ]; } || say_and_stop ".venv is missing; make it with 'make setup'"
echo "Setting up $environment (kfp; less than a minute) ..."
rm -f "$stamp"
"$uv" venv --quiet --allow-existing --python .venv/bin/python "$environment" 2>/dev/null ||
  say_and_stop "$environment could not be made; remove it and try again"
"$uv" pip sync --quiet --require-hashes --compile-bytecode --python "$environment/bin/python" \
  locks/kfp-local.lock ||
  say_and_stop "the packages of locks/kfp-local.lock could not be installed; is PyPI within reach?"
fingerprint >"$stamp"
