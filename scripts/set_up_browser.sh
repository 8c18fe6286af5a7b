#!/usr/bin/env bash
# Sees to a Chromium for the tests of the report and the server's page, or says why there is none; those tests are then skipped with the reason.
set -uo pipefail

for name in chromium chromium-browser google-chrome; do
  command -v "$name" >/dev/null && exit 0
done

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "No Chromium here, and no right to install one: the browser tests will be skipped."
  exit 0
fi
echo "Installing Debian's Chromium for the browser tests (about a minute) ..."
{ apt-get update -q && apt-get install -y -q --no-install-recommends chromium; } >/tmp/chromium-install.log 2>&1 ||
  echo "Chromium could not be installed (see /tmp/chromium-install.log): the browser tests will be skipped."
