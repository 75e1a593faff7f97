"""What a worker of the web server does when it starts."""

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from config.settings import PROJECT

POLICY = Path("/sys/kernel/mm/transparent_hugepage/enabled")
WORKER = """
import re
from pathlib import Path
from config import gunicorn

def large_megabytes():
    told = Path("/proc/self/smaps_rollup").read_text()
    return int(re.search(r"AnonHugePages: *([0-9]+)", told)[1]) // 1024

kept = [str(number) for number in range(1_000_000)]
before = large_megabytes()
gunicorn.post_worker_init(None)
assert kept == [str(number) for number in range(1_000_000)]
print(before, large_megabytes())
"""


def gives_large_pages():
    """Tell whether the system has them, and brings what is there together at once."""
    version = tuple(map(int, platform.release().split("-")[0].split(".")[:2]))
    is_on = POLICY.exists() and "[never]" not in POLICY.read_text()
    return is_on and version >= (6, 1) and Path("/proc/self/smaps_rollup").exists()


@pytest.mark.skipif(
    sys.platform != "linux" or not gives_large_pages(),
    reason="the system has no large pages to give",
)
def test_worker_keeps_what_it_has_in_large_pages(tmp_path):
    told = subprocess.run(
        [sys.executable, "-c", WORKER],
        cwd=PROJECT,
        env={"CE_INSTANCE_PATH": str(tmp_path), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    before, after = map(int, told.stdout.split())

    assert after >= before + 32
