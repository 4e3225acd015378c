#!/bin/sh
# Runs a command in a D-Bus session of its own with an unlocked gnome-keyring in it. HOME is not touched. The keyring's
# file lies in KEYRING_TEST_DATA when that is set, so that a later session can open it again with the same password.
set -eu
d=$(mktemp -d "${TMPDIR:-/tmp}/keyring.XXXXXX")
chmod 700 "$d"
trap 'rm -rf "$d"' EXIT INT TERM
export XDG_RUNTIME_DIR="$d" XDG_DATA_HOME="${KEYRING_TEST_DATA:-$d/data}" XDG_CACHE_HOME="$d/cache"
mkdir -p -m 700 "$XDG_DATA_HOME" "$XDG_CACHE_HOME"
dbus-run-session -- sh -c '
  printf %s "$KEYRING_TEST_PASSWORD" | gnome-keyring-daemon --unlock --components=secrets >/dev/null
  exec "$@"' sh "$@"
