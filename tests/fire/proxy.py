"""A plain proxy before several web processes: in turn, and past those that are down."""

import contextlib
import http.client
import itertools
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

OWN_MATTERS = {"connection", "transfer-encoding", "keep-alive", "content-length"}


class Proxy(ThreadingHTTPServer):
    """Listens on a port of its own and hands each request to the next one behind it."""

    request_queue_size = 128

    def __init__(self, servers):
        super().__init__(("127.0.0.1", 0), Handler)
        self.port = self.server_port
        self._servers, self._turns = servers, itertools.count()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def next_line(self):
        """A connection to whoever is up, or None."""
        turn = next(self._turns)
        for place in range(len(self._servers)):
            server = self._servers[(turn + place) % len(self._servers)]
            line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
            with contextlib.suppress(ConnectionRefusedError):
                line.connect()
                return line
        return None

    def close(self):
        """Listen no more."""
        self.shutdown()
        self.server_close()

    def handle_error(self, *_details):
        """Say nothing where a client is gone."""


class Handler(BaseHTTPRequestHandler):
    """One request."""

    def do_GET(self):
        self._hand_on()

    def do_POST(self):
        self._hand_on()

    def log_message(self, *_words):
        """Say nothing."""

    def _hand_on(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        line = self.server.next_line()
        try:
            if line is None:
                raise ConnectionError
            with contextlib.closing(line):
                answer = self._ask(line, body)
                data = answer.read()
        except (OSError, http.client.HTTPException):
            # It may have been done: only who asked can tell what to do.
            self.send_error(502)
            return
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in OWN_MATTERS:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _ask(self, line, body):
        told = {"X-Forwarded-For": self.client_address[0], "Connection": "close"}
        line.request(self.command, self.path, body, dict(self.headers.items()) | told)
        return line.getresponse()
