"""Tell with each answer how many statements it took, their milliseconds, and the CPU's."""

import threading
import time
from typing import Any

from sqlalchemy import Engine, event

HEADER = "X-Statements"
SILENT = ("BEGIN", "ROLLBACK", "COMMIT", "SAVEPOINT", "RELEASE", "PRAGMA")


class Tally(threading.local):
    """What the statements of one request took; a thread answers one at a time."""

    count = 0
    seconds = 0.0
    began = 0.0
    cpu = 0.0


def counted(application: Any) -> Any:
    """Return the program with the header; every engine of SQLAlchemy is watched."""
    tally = Tally()

    def before(_connection, _cursor, statement, *_rest):
        tally.began = time.perf_counter()
        tally.count += not statement.startswith(SILENT)

    def after(*_details):
        tally.seconds += time.perf_counter() - tally.began

    event.listen(Engine, "before_cursor_execute", before)
    event.listen(Engine, "after_cursor_execute", after)

    def answering(environ: dict[str, Any], start_response: Any) -> Any:
        tally.count, tally.seconds, tally.cpu = 0, 0.0, time.thread_time()

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            cpu = (time.thread_time() - tally.cpu) * 1000
            told = f"{tally.count} {tally.seconds * 1000:.2f} {cpu:.2f}"
            return start_response(status, [*headers, (HEADER, told)], *rest)

        return application(environ, start)

    return answering
