#!/bin/sh
# Installs the system packages that some tests want: a browser, a spreadsheet, fonts, Java, a keyring,
# a database.
set -eu

missing=""
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
command -v soffice >/dev/null 2>&1 || missing="$missing libreoffice-calc"
java -version >/dev/null 2>&1 || missing="$missing default-jre-headless" # PySpark
fc-list 2>/dev/null | grep -qi 'Noto Sans CJK' || missing="$missing fonts-noto-cjk"
fc-list 2>/dev/null | grep -qi 'Noto Color Emoji' || missing="$missing fonts-noto-color-emoji"
command -v gnome-keyring-daemon >/dev/null 2>&1 || missing="$missing gnome-keyring"
command -v dbus-run-session >/dev/null 2>&1 || missing="$missing dbus"
command -v initdb >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 ||
  missing="$missing postgresql"
if [ -z "$missing" ]; then
  echo "test-system: everything is here already"
  exit 0
fi
if ! command -v apt-get >/dev/null 2>&1; then
  echo "test-system: this machine has no apt-get; install these by hand:$missing" >&2
  echo "(tests that want one skip and say so)" >&2
  exit 1
fi
as_root=""
[ "$(id -u)" = 0 ] || as_root="sudo"
$as_root apt-get update -qq
# word splitting of the list is wanted
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends fontconfig $missing
echo "test-system: installed$missing"
