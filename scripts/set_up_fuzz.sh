#!/usr/bin/env bash
# Makes .venv/fuzz from locks/fuzz.lock, or does nothing where it is up to date. Needs .venv.
# An environment of its own, since few need it, with only what the code under fuzz imports; Python 3.10 on either leg.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/up_to_date.sh

environment=.venv/fuzz
stamp=$environment/.installed
uv=.venv/uv/bin/uv

say_and_stop() {
  echo "set-up of the fuzzer: $1" >&2
  exit 2
}

fingerprint() {
  cat locks/fuzz.lock scripts/set_up_fuzz.sh | sha256sum | cut -d' ' -f1
}

up_to_date "$environment" "$(fingerprint)" && exit 0

{ [ -x "$uv" ] && [ -x .venv/bin/python ]; } || say_and_stop ".venv is missing; make it with 'make setup'"
echo "Setting up $environment (atheris; less than a minute) ..."
rm -f "$stamp"
python=.venv/bin/python
"$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 10))' || python=3.10
"$uv" venv --quiet --allow-existing --python "$python" "$environment" 2>/dev/null ||
  say_and_stop "$environment could not be made; it needs Python 3.10"
"$uv" pip sync --quiet --require-hashes --compile-bytecode --python "$environment/bin/python" locks/fuzz.lock ||
  say_and_stop "the packages of locks/fuzz.lock could not be installed; is PyPI within reach?"
fingerprint >"$stamp"
