#!/bin/sh
# Install, through apt, the system packages that are missing on a Debian or Ubuntu
# machine: `sh tools/system_packages.sh run` or `… test`. Does nothing when all are there.
set -eu

missing=""
need() { missing="$missing $1"; }
has() { command -v "$1" >/dev/null 2>&1; }
library() { /sbin/ldconfig -p 2>/dev/null | grep -q "$1"; }
debian_postgres() { ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; }
chinese_font() { has fc-list && [ -n "$(fc-list :lang=zh-cn family 2>/dev/null | head -n 1)" ]; }

# A Python of 3.11 or newer that can make virtual environments.
if ! sh tools/find_python.sh >/dev/null 2>&1; then
    if apt-cache show python3.11-venv >/dev/null 2>&1; then
        need python3.11-venv
    else
        need python3-venv
    fi
fi

if [ "${1:-run}" = test ]; then
    has initdb || debian_postgres || need postgresql
    has redis-server || need redis-server
    has chromium || need chromium
    library libzbar.so.0 || need libzbar0
    has pdftoppm || need poppler-utils
    chinese_font || need fonts-wqy-zenhei
fi

[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
    sudo=""
elif has sudo && sudo -n true 2>/dev/null; then
    sudo="sudo"
else
    echo "missing system packages; as root: apt-get install --no-install-recommends$missing" >&2
    exit 1
fi
if ! has apt-get; then
    echo "missing, and this machine has no apt-get:$missing" >&2
    exit 1
fi

echo "installing$missing"
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get update -q
# shellcheck disable=SC2086 # a list of names
$sudo apt-get install -y -q --no-install-recommends $missing
