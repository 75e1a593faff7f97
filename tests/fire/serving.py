"""gunicorn over the test's database, and visitors who speak HTTP to it."""

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from admin_app.web.csrf import HEADER, token_for
from admin_app.web.sessions import cookie_name
from admin_app.web.tokens import new_token
from config.settings import PROJECT
from tests.browsing import open_session
from tools.processes import ends_with_parent, pauses, wait_until_closed, wait_until_open
from tools.services import free_port

PATIENCE = 60


class Server:
    """The program behind gunicorn with real worker processes."""

    def __init__(self, settings, folder, *, workers=2, double="", **changes):
        self.folder = folder
        self.port = free_port()
        self._changes = {
            "CE_ENVIRONMENT": "testing",
            "CE_DATABASE_URL": settings.database_url,
            "CE_INSTANCE_PATH": str(settings.instance_path),
            "CE_CAPTCHA_ENABLED": "false",
            "CE_LOG_LEVEL": "ERROR",
            "CE_WORKERS": str(workers),
            "CE_PORT": str(self.port),
            "FIRE_FOLDER": str(folder),
            "FIRE_DOUBLE": double,
            **changes,
        }
        self._process = None

    def start(self):
        """Listen."""
        self.launch()
        self.wait()
        return self

    def launch(self):
        """Begin to start; what is loaded once is shared by the workers."""
        command = [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py"]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "--preload", "tests.fire.served:app"],
                cwd=PROJECT,
                env=os.environ | self._changes,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=ends_with_parent(signal.SIGTERM),  # noqa: PLW1509
            )

    def wait(self):
        """Wait until somebody listens."""
        assert wait_until_open(self._process, self.port), self.log()

    def stop(self):
        """End all processes as a power cut would."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None
            assert wait_until_closed(self.port)

    def kill_workers(self):
        """End every worker process at once, as a power cut would; gunicorn stays."""
        for pid in self._workers():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def log(self):
        """What the server has written."""
        return (self.folder / "log").read_text()

    def evaluations(self):
        """How many passwords were compared in all processes."""
        tally = self.folder / "evaluations"
        return tally.stat().st_size if tally.exists() else 0

    def move_clock(self, seconds):
        """Let the program live so many seconds later."""
        (self.folder / "clock").write_text(str(seconds))

    def _workers(self):
        pid = self._process.pid
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        return [int(each) for each in text.split()]


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    location: str
    text: str


class Visitor:
    """A browser of one address; signed in as `who`, or nobody yet."""

    def __init__(
        self, app, server, who=None, *, secret=None, source="127.0.0.1", proven=False
    ):
        self.secret = secret or (
            new_token() if who is None else open_session(app, who, proven=proven)
        )
        with app.app_context():
            token = token_for(self.secret)
            cookie = f"{cookie_name(app)}={self.secret}"
        self._headers = {
            "Cookie": cookie,
            HEADER: token,
            "Content-Type": "application/x-www-form-urlencoded",
            "Connection": "close",
        }
        self._server, self._source = server, source

    def get(self, path):
        """Open a page; ConnectionError where the server died over it."""
        return self._ask("GET", path, None, {})

    def post(self, path, data, **headers):
        """Send a form; ConnectionError where the server died over it."""
        body = data if isinstance(data, bytes) else urlencode(data, doseq=True)
        return self._ask("POST", path, body, headers)

    def _ask(self, method, path, body, headers):
        connection = http.client.HTTPConnection(
            "127.0.0.1",
            self._server.port,
            timeout=PATIENCE,
            source_address=(self._source, 0),
        )
        with contextlib.closing(connection):
            try:
                connection.request(method, path, body, self._headers | headers)
                answer = connection.getresponse()
                text = answer.read().decode(errors="replace")
            except http.client.HTTPException as error:
                raise ConnectionError(str(error)) from error
            return Answer(answer.status, answer.getheader("Location", ""), text)


def at_once(*acts):
    """Run functions in threads that start together; their results in order."""
    gate, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place, act):
        gate.wait()
        try:
            results[place] = act()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            results[place] = error

    threads = [
        threading.Thread(target=run, args=(place, act))
        for place, act in enumerate(acts)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def until_answered(act):
    """Try again as somebody at a desk would, until the server is back."""
    for _ in pauses(PATIENCE):
        with contextlib.suppress(ConnectionError, TimeoutError):
            return act()
    raise TimeoutError
