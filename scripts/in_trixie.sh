#!/usr/bin/env bash
# Runs a command in a Debian 13 of its own, in a copy of this project: scripts/in_trixie.sh make test
# TFX=1.21 is set there, and ../shared is within reach. Needs root, debootstrap and Debian's archive. TRIXIE_ROOT is
# where that Debian lies: it is made once, in two minutes, and kept. PYTHON_VERSION=3.11 has a Python of the host's
# pyenv do what Debian's own, 3.13, does else; each has its .venv, and its copy of the project.
set -euo pipefail
cd "$(dirname "$0")/.."

root=${TRIXIE_ROOT:-/var/tmp/letters-trixie}
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
# No browser: its packages want more than debootstrap sets up; `make test` installs one by apt.
packages=ca-certificates,g++,git,make,procps,python3,python3-dev,python3-venv
certificates=/etc/ssl/certs/ca-certificates.crt

say_and_stop() {
  echo "in_trixie: $1" >&2
  exit 2
}

check_machine() {
  [ "$(id -u)" = 0 ] || say_and_stop "only root can make a root of its own; run this as root"
  command -v debootstrap >/dev/null || say_and_stop "debootstrap is missing; install it (Debian: apt-get install debootstrap)"
}

make_root() {
  [ -f "$root/.made" ] && return
  [ ! -e "$root" ] || say_and_stop "$root is there and no Debian of this script's; choose another TRIXIE_ROOT"
  echo "Making a Debian 13 in $root (two minutes) ..."
  rm -rf "$root.part"
  debootstrap --variant=minbase --include="$packages" trixie "$root.part" "$mirror" >"$root.log" 2>&1 ||
    say_and_stop "debootstrap failed; see $root.log"
  touch "$root.part/.made"
  mv "$root.part" "$root"
}

# What git would take, so that no output, photo or .venv of the host's gets in; what is gone here goes there too.
copy_project() {
  mkdir -p "$root$project"
  find "$root$project" -mindepth 1 -maxdepth 1 ! -name .venv ! -name output ! -name data -exec rm -rf {} +
  git -c core.quotePath=off ls-files --cached --others --exclude-standard | while IFS= read -r name; do
    if [ -e "$name" ]; then printf '%s\n' "$name"; fi
  done | tar --create --files-from=- | tar --extract --directory "$root$project" --no-same-owner
}

# With mounts of its own, which are gone when it ends, however it ends.
in_root() {
  # shellcheck disable=SC2016  # expanded inside
  unshare --mount --fork --pid --kill-child bash -euc '
    root=$1 project=$2 certificates=$3 python=$4 shared=$5; shift 5
    bind() { mkdir -p "$root$1"; mount --rbind "$1" "$root$1"; }
    mount -t proc proc "$root/proc"
    bind /dev; bind /sys
    cp -L /etc/resolv.conf "$root/etc/resolv.conf"
    # Those of the host, which knows the proxy that it may be behind.
    if [ -f "$certificates" ]; then mount --bind "$certificates" "$root$certificates"; fi
    if [ -n "$python" ]; then bind "$python"; fi
    if [ -d "$shared" ]; then mkdir -p "$root/work/shared"; mount --rbind "$shared" "$root/work/shared"; fi
    exec chroot "$root" /usr/bin/env -i -C "$project" PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
      HOME=/root LANG=C.UTF-8 PIP_CERT="$certificates" SSL_CERT_FILE="$certificates" TFX=1.21 "$@"
  ' trixie "$root" "$project" "$certificates" "$python" "$(dirname "$PWD")/shared" "$@"
}

project=/work/project${PYTHON_VERSION:+-$PYTHON_VERSION}
pyenv=${PYENV_ROOT:-$HOME/.pyenv}
python=
if [ -n "${PYTHON_VERSION:-}" ]; then
  python=$(compgen -G "$pyenv/versions/$PYTHON_VERSION.*" | sort -V | tail -n 1) || true
  [ -n "$python" ] || say_and_stop "no Python $PYTHON_VERSION in $pyenv/versions; install one with pyenv"
  set -- "PYTHON_VERSION=$PYTHON_VERSION" "PYENV_ROOT=$pyenv" "$@"
fi
check_machine
make_root
copy_project
in_root "$@"
