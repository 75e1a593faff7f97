"""动态口令 against the examples of RFC 6238, and the tolerance of clocks."""

import hashlib
import hmac
import struct
from base64 import b32encode
from datetime import UTC, datetime, timedelta

import pytest

from admin_app.rules.totp import authenticator_address, in_groups, matching_step

SECRET = b32encode(b"12345678901234567890").decode()
RFC = {
    59: "287082",
    1111111109: "081804",
    1111111111: "050471",
    1234567890: "005924",
    2000000000: "279037",
    20000000000: "353130",
}
"""Appendix B, the last six of eight digits."""


def code_at(moment, secret=b"12345678901234567890"):
    """A code worked out by hand."""
    step = struct.pack(">Q", int(moment.timestamp()) // 30)
    mac = hmac.new(secret, step, hashlib.sha1).digest()
    start = mac[-1] & 15
    number = struct.unpack(">I", mac[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


@pytest.mark.parametrize(("seconds", "code"), RFC.items())
def test_codes_of_the_standard_are_right(seconds, code):
    moment = datetime.fromtimestamp(seconds, UTC)

    step = matching_step(SECRET, code, now=moment, after=0)

    assert step == seconds // 30


@pytest.mark.parametrize(
    ("off", "is_taken"),
    [(0, True), (31, True), (-31, True), (61, False), (-61, False)],
)
def test_a_clock_may_be_half_a_minute_off_and_not_a_whole_one(now, off, is_taken):
    moment = now + timedelta(seconds=15)
    code = code_at(moment + timedelta(seconds=off))

    step = matching_step(SECRET, code, now=moment, after=0)

    assert (step is not None) == is_taken


@pytest.mark.parametrize("later", [0, 29, 30])
def test_a_code_that_was_taken_is_not_taken_again(now, later):
    step = matching_step(SECRET, code_at(now), now=now, after=0)

    again = matching_step(
        SECRET, code_at(now), now=now + timedelta(seconds=later), after=step
    )

    assert again is None


@pytest.mark.parametrize(
    "typed", ["{0} {1}", " {0}{1} ", "{0}-{1}"], ids=["blank", "around", "hyphen"]
)
def test_a_code_may_be_typed_in_groups(now, typed):
    code = code_at(now)

    assert matching_step(SECRET, typed.format(code[:3], code[3:]), now=now, after=0)


def test_full_width_digits_are_digits(now):
    code = "".join(chr(ord(digit) + 0xFEE0) for digit in code_at(now))

    assert matching_step(SECRET, code, now=now, after=0)


@pytest.mark.parametrize("typed", ["", "12345", "0" * 5_000, "abcdef", "1234567"])
def test_anything_else_is_no_code(now, typed):
    assert matching_step(SECRET, typed, now=now, after=0) is None


def test_authenticator_reads_secret_and_names():
    address = authenticator_address(SECRET, name="王老师", issuer="平台")

    assert address.startswith("otpauth://totp/%E5%B9%B3%E5%8F%B0:%E7%8E%8B")
    assert f"secret={SECRET}" in address


def test_secret_is_shown_in_groups_of_four():
    assert in_groups("ABCDEFGHIJ") == "ABCD EFGH IJ"
