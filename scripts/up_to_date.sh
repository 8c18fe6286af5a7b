# shellcheck shell=bash
# For the set-up scripts, which source it.

# up_to_date FOLDER FINGERPRINT: is the environment there, made from what the fingerprint says? The Python that it was
# made with may be gone since.
up_to_date() {
  [ -x "$1/bin/python" ] && [ -f "$1/.installed" ] && [ "$(cat "$1/.installed")" = "$2" ]
}
