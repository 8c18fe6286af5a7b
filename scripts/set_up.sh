#!/usr/bin/env bash
# Makes .venv from the lock file of this machine's leg (scripts/legs.sh), or does nothing where it is up to date.
# TFX=1.16|1.21 forces a leg, PYTHON_VERSION one of its Pythons. Needs python3 with venv and a C++ compiler; no root.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/legs.sh
. scripts/up_to_date.sh

uv_version=0.13.9
stamp=.venv/.installed

say_and_stop() {
  echo "set-up: $1" >&2
  exit 2
}

fingerprint() {
  { cat "$lock" scripts/set_up.sh scripts/legs.sh scripts/uv.txt && echo "${PYTHON_VERSION:-any}"; } |
    sha256sum | cut -d' ' -f1
}

check_leg() {
  local obstacle
  pythons_of "$leg" >/dev/null || say_and_stop "TFX=$leg is none of 1.16 and 1.21"
  [ "$leg" = 1.16 ] && return
  obstacle=$(obstacle_to_new_leg)
  [ -z "$obstacle" ] || say_and_stop "TFX $leg cannot be had here: $obstacle; leave TFX= away for TFX 1.16"
}

choose_pythons() {
  local allowed
  allowed=$(pythons_of "$leg")
  [ -z "${PYTHON_VERSION:-}" ] && echo "$allowed" && return
  [[ " $allowed " == *" $PYTHON_VERSION "* ]] ||
    say_and_stop "TFX $leg runs on Python ${allowed// /, }, not on PYTHON_VERSION=$PYTHON_VERSION"
  echo "$PYTHON_VERSION"
}

install_uv() {
  command -v python3 >/dev/null || say_and_stop "python3 is missing; install it (Debian: apt-get install python3-venv)"
  python3 -m venv .venv/uv >/dev/null 2>&1 ||
    say_and_stop "python3 has no venv; install it (Debian: apt-get install python3-venv)"
  # Whatever a person's own settings of pip say of other places; where packages come from is theirs to say.
  env -u PIP_ROOT -u PIP_CONSTRAINT -u PIP_DRY_RUN .venv/uv/bin/python -m pip install --quiet \
    --disable-pip-version-check --no-user --target= --prefix "$PWD/.venv/uv" --only-binary :all: --require-hashes \
    -r scripts/uv.txt ||
    say_and_stop "uv $uv_version could not be installed; is PyPI within reach?"
}

same_version() {
  [ "$("$1" -c 'import sys; print(sys.version_info[:2])')" = "$("${2:-false}" -c 'import sys; print(sys.version_info[:2])')" ]
}

# Two libraries come as source only: Beam's checksums and TFX's fingerprints.
check_compiler() {
  { command -v g++ || command -v c++ || command -v clang++; } >/dev/null ||
    say_and_stop "a C++ compiler is missing; install one (Debian: apt-get install g++)"
  "$1" -c 'import pathlib, sys, sysconfig; sys.exit(not pathlib.Path(sysconfig.get_path("include"), "Python.h").exists())' ||
    say_and_stop "the headers of $1 are missing; install them (Debian: apt-get install python3-dev)"
}

leg=${TFX:-$(choose_leg)}
check_leg
lock=$(lock_of "$leg")
pythons=$(choose_pythons)
up_to_date .venv "$(fingerprint)" && exit 0

echo "Setting up .venv (TFX $leg and all that goes with it; 1 to 3 minutes) ..."
# shellcheck disable=SC2086  # a list of words
python=$(find_python $pythons)
{ [ -x .venv/bin/python ] && same_version .venv/bin/python "$python"; } || rm -rf .venv
mkdir -p .venv
rm -f "$stamp"
install_uv
uv=.venv/uv/bin/uv
if [ -z "$python" ]; then
  wanted=${pythons%% *}
  echo "No Python ${pythons// /, } found; asking uv for $wanted ..."
  "$uv" python install --quiet "$wanted" 2>/dev/null ||
    say_and_stop "TFX $leg runs on Python ${pythons// /, }; none is here or could be fetched: install one, for example with pyenv"
  python=$("$uv" python find "$wanted")
fi
check_compiler "$python"
# Relocatable: its commands, such as tensorboard, work where the clone was moved to.
"$uv" venv --quiet --relocatable --allow-existing --python "$python" .venv
# With bytecode: importing TFX takes 16 s so and 44 s without, and many machines forbid Python to write it later.
"$uv" pip sync --quiet --require-hashes --compile-bytecode --python .venv/bin/python "$lock" ||
  say_and_stop "the packages of $lock could not be installed; is PyPI within reach?"
fingerprint >"$stamp"
