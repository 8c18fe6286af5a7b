#!/usr/bin/env bash
# Makes .venv from requirements.lock, or does nothing where it is up to date. Needs python3 with venv; no root.
set -euo pipefail
cd "$(dirname "$0")/.."

wanted=3.10
uv_version=0.13.9
stamp=.venv/.installed

say_and_stop() {
  echo "set-up: $1" >&2
  exit 2
}

fingerprint() {
  cat requirements.lock scripts/set_up.sh scripts/uv.txt | sha256sum | cut -d' ' -f1
}

# A pyenv shim can be on the PATH without a Python behind it, so each candidate is tried.
works() {
  "$1" -c "import sys, venv, ensurepip; sys.exit('%d.%d' % sys.version_info[:2] != '$wanted')" >/dev/null 2>&1
}

find_python() {
  local candidate
  for candidate in "python$wanted" "${PYENV_ROOT:-$HOME/.pyenv}"/versions/"$wanted".*/bin/"python$wanted" \
    /usr/local/bin/"python$wanted" /opt/*/bin/"python$wanted"; do
    if works "$candidate"; then
      command -v "$candidate"
      return
    fi
  done
}

install_uv() {
  command -v python3 >/dev/null || say_and_stop "python3 is missing; install it (Debian: apt-get install python3-venv)"
  python3 -m venv .venv/uv >/dev/null 2>&1 ||
    say_and_stop "python3 has no venv; install it (Debian: apt-get install python3-venv)"
  .venv/uv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r scripts/uv.txt ||
    say_and_stop "uv $uv_version could not be installed; is PyPI within reach?"
}

[ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(fingerprint)" ] && exit 0

echo "Setting up .venv (TFX 1.16 and all that goes with it; 1 to 3 minutes) ..."
mkdir -p .venv
rm -f "$stamp"
install_uv
uv=.venv/uv/bin/uv
python=$(find_python)
if [ -z "$python" ]; then
  echo "No Python $wanted found; asking uv for one ..."
  "$uv" python install --quiet "$wanted" 2>/dev/null ||
    say_and_stop "Python $wanted is needed (TFX 1.16 runs on no newer one) and could not be fetched; install it, for example with pyenv"
  python=$("$uv" python find "$wanted")
fi
"$uv" venv --quiet --allow-existing --python "$python" .venv
# With bytecode: importing TFX takes 16 s so and 44 s without, and many machines forbid Python to write it later.
"$uv" pip sync --quiet --require-hashes --compile-bytecode --python .venv/bin/python requirements.lock ||
  say_and_stop "the packages of requirements.lock could not be installed; is PyPI within reach?"
fingerprint >"$stamp"
