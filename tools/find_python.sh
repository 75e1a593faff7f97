#!/bin/sh
# Print the Python that the virtual environment is made with: 3.11 or newer.
for name in ${PYTHON:-} python3.11 python3.12 python3.13 python3 python3.14; do
    if "$name" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' \
        >/dev/null 2>&1; then
        command -v "$name"
        exit 0
    fi
done
echo "no Python 3.11 or newer with venv found; run: make system-packages" >&2
exit 1
