"""Jobs that behave badly, for the sandbox to survive."""

import os
import signal
import socket
import subprocess
import sys
import time


def echo(payload):
    return payload


def pid(_payload):
    return str(os.getpid()).encode()


def spin(_payload):
    while True:
        time.sleep(0.05)


def die(_payload):
    os.kill(os.getpid(), signal.SIGKILL)


def devour(_payload):
    return b"x" * (1 << 30)


def fail(payload):
    raise ValueError(payload.decode())


def call(payload):
    with socket.create_connection(("127.0.0.1", int(payload))):
        return b"called"


def start(_payload):
    return subprocess.check_output(["/bin/true"])


def chatter(payload):
    sys.stdout.write("a library's greeting")
    sys.stdout.flush()
    return payload


def environment(_payload):
    return "\n".join(sorted(os.environ)).encode()


def modules(_payload):
    return "\n".join(sorted(sys.modules)).encode()
