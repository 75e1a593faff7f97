"""gunicorn's own settings; read by `gunicorn -c config/gunicorn.py`.

The program is loaded once: workers share its memory and replace each other quickly.
Threads behind a proxy that buffers slow clients; a stop waits 30 seconds for what is
under way.
"""

import ctypes
import gc
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from config.logging import log_config
from config.settings import Settings

M_ARENA_MAX = -8
MADV_HUGEPAGE, MADV_COLLAPSE = 14, 25
LARGE_PAGE: Final = 2 * 2**20
TRIMMED_EVERY = 500
"""After so many requests a worker gives back what it does not use (measured: 12 ms)."""

COLLECTED_EVERY: Final = 10_000
"""So many new objects make the collector look at the young ones: a page makes several
thousand, and looking four times at each took a twentieth of its time."""

_settings = Settings()
# Before the first worker: a master that keeps restarting workers tells nothing.
_settings.refuse_unsafe()

wsgi_app = "admin_app:create_app()"
preload_app = True
bind = [f"{_settings.host}:{_settings.port}"]
proc_name = "continuing-education"
# Else each thread keeps the room of a password's hash (19 MB) to itself.
_libc = ctypes.CDLL(None)
if hasattr(_libc, "mallopt"):
    _libc.mallopt(M_ARENA_MAX, 1)
# Nobody steers the server but its supervisor; the socket would lie in the home folder.
control_socket_disable = True

worker_class = "gthread"
workers = _settings.workers
threads = _settings.threads
timeout = int(_settings.request_timeout.total_seconds())
graceful_timeout = 30
keepalive = 5
# Memory that libraries never give back is returned by a new process now and then.
max_requests = _settings.worker_requests
max_requests_jitter = max_requests // 10

limit_request_line = 8190
limit_request_fields = 100
forwarded_allow_ips = "*" if _settings.proxy_hops else "127.0.0.1"

# One line per request is written by the program itself, with the request id and
# without the query string.
accesslog = None
errorlog = "-"
logconfig_dict = log_config(_settings)


def when_ready(_server: object) -> None:
    """Keep the collector from what the workers share, and from looking too often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECTED_EVERY, 10, 10)


def post_worker_init(_worker: object) -> None:
    """Keep what the worker has in large pages, where the system has them.

    A page touches so much of it that to find it took the processor 7 % of the time.
    """
    if not hasattr(_libc, "madvise"):
        return
    with suppress(OSError), Path("/proc/self/maps").open() as regions:
        for region in regions:
            ends, rights, _offset, _device, inode, *_name = region.split()
            if rights == "rw-p" and inode == "0":
                first, last = (int(end, 16) // LARGE_PAGE for end in ends.split("-"))
                _enlarge((first + 1) * LARGE_PAGE, (last - first - 1) * LARGE_PAGE)


def _enlarge(start: int, length: int) -> None:
    # What the system refuses stays as it is.
    if length > 0:
        for advice in (MADV_HUGEPAGE, MADV_COLLAPSE):
            _libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(length), advice)


def post_request(worker: Any, _request: object) -> None:
    """Give memory back to the machine now and then, where the C library can."""
    if worker.nr % TRIMMED_EVERY == 0 and hasattr(_libc, "malloc_trim"):
        _libc.malloc_trim(0)
