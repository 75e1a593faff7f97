#!/bin/sh
# Print the Python that the virtual environment is made with: 3.11 or newer.
# The distribution's own comes first. It was compiled with a profile of its use, which one
# compiled at home (pyenv) is not unless told to: that one takes a seventh longer for a page.
for name in ${PYTHON:-} /usr/bin/python3 python3.11 python3.12 python3.13 python3 python3.14; do
    if "$name" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' \
        >/dev/null 2>&1; then
        command -v "$name"
        exit 0
    fi
done
echo "no Python 3.11 or newer with venv found; run: make system-packages" >&2
exit 1
