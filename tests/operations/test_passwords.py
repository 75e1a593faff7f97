"""Passwords as hashes (AU-13)."""

import threading
import time

import pytest

from admin_app.operations import passwords
from admin_app.operations.passwords import hash_password, is_outdated, matches


@pytest.mark.requirement("AU-13")
def test_hash_is_argon2id_at_the_agreed_cost():
    made = hash_password("Lotus-2026")

    assert made.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert not is_outdated(made)


@pytest.mark.requirement("AU-13")
def test_hash_of_another_cost_is_outdated():
    cheap = (
        "$argon2id$v=19$m=8192,t=1,p=1$YWJjZGVmZ2hpamtsbW5vcA$rNyHm1mP5iUyXUxOZo7LQQ"
    )

    assert is_outdated(cheap)


@pytest.mark.parametrize(
    ("typed", "opens"),
    [
        ("Lotus-2026", True),
        ("lotus-2026", False),
        ("Lotus-2026 ", False),
        ("", False),
        ("Lotus-2026" * 13, False),
    ],
    ids=["right", "other case", "trailing blank", "empty", "too long"],
)
def test_password(typed, opens):
    made = hash_password("Lotus-2026")

    assert matches(made, typed) is opens


def test_nobody_has_no_password():
    assert not matches(None, "Lotus-2026")
    assert not matches("not a hash", "Lotus-2026")


@pytest.mark.requirement("AU-13")
def test_ten_megabytes_are_refused_without_hashing():
    began = time.perf_counter()

    opens = matches(None, "x" * 10_000_000)

    assert not opens
    assert time.perf_counter() - began < 0.1


@pytest.mark.requirement("AU-13")
def test_one_is_hashed_at_a_time(monkeypatch):
    real, running, most = passwords._hasher, [], []

    class Watched:
        def verify(self, *_args):
            running.append(1)
            most.append(len(running))
            time.sleep(0.02)
            running.pop()
            return True

    monkeypatch.setattr(passwords, "_hasher", Watched())
    threads = [
        threading.Thread(target=matches, args=("hash", "Lotus-2026")) for _ in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert real is not passwords._hasher
    assert max(most) == passwords.AT_ONCE
