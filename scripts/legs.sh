# shellcheck shell=bash
# The two legs: which TFX a machine gets, and which Pythons and lock file go with it. Sourced by the set-up.

# What the wheels of TensorFlow Data Validation 1.21 ask for (manylinux_2_39, or macOS on Arm): Debian 13, Ubuntu 24.04.
least_glibc=2.39

# The Pythons that a leg runs on, the one to prefer first.
pythons_of() {
  case $1 in
    1.16) echo "3.10" ;;
    1.21) echo "3.13 3.12 3.11" ;;
    *) return 1 ;;
  esac
}

lock_of() {
  echo "locks/tfx-$1.lock"
}

# A pyenv shim can be on the PATH without a Python behind it, so each candidate is tried.
works() {
  "$1" -c "import sys, venv, ensurepip; sys.exit('%d.%d' % sys.version_info[:2] != '$2')" >/dev/null 2>&1
}

# find_python VERSION... : the path of the first of them that is here, or nothing.
find_python() {
  local version candidate
  for version in "$@"; do
    for candidate in "python$version" "${PYENV_ROOT:-$HOME/.pyenv}"/versions/"$version".*/bin/"python$version" \
      /usr/local/bin/"python$version" /opt/*/bin/"python$version"; do
      if works "$candidate" "$version"; then
        command -v "$candidate"
        return
      fi
    done
  done
}

# What keeps TFX 1.21 from this machine, or nothing.
obstacle_to_new_leg() {
  local libc
  case $(uname -s)-$(uname -m) in
    Darwin-arm64) ;;
    Linux-x86_64)
      libc=$(getconf GNU_LIBC_VERSION 2>/dev/null | cut -d' ' -f2)
      [ "$(printf '%s\n' "$least_glibc" "${libc:-0}" | sort -V | head -n 1)" = "$least_glibc" ] ||
        echo "it needs glibc $least_glibc or newer (Debian 13, Ubuntu 24.04), and this machine has ${libc:-none}"
      ;;
    *) echo "it has no wheels for $(uname -s) on $(uname -m)" ;;
  esac
}

# The leg of this machine: the new one where it can be had.
choose_leg() {
  # shellcheck disable=SC2046  # a list of words
  if [ -z "$(obstacle_to_new_leg)" ] && [ -n "$(find_python $(pythons_of 1.21))" ]; then
    echo 1.21
  else
    echo 1.16
  fi
}
