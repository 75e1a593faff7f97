"""What a browser sends is found as Werkzeug finds it, and what it does not is missing."""

import pytest
from werkzeug.datastructures import ImmutableMultiDict

from admin_app.web.requests import Sent

PAIRS = [("a", "1"), ("a", "2"), ("b", ""), ("c", "x")]


@pytest.mark.parametrize("name", ["a", "b", "c", "none"])
@pytest.mark.parametrize("more", [{}, {"default": "d"}, {"type": int}, {"type": str}])
def test_first_value_or_the_default_is_found(name, more):
    expected = ImmutableMultiDict(PAIRS).get(name, **more)

    assert Sent(PAIRS).get(name, **more) == expected


@pytest.mark.once
def test_requests_of_the_program_hold_such_values(app):
    told = {"query_string": "a=1&a=2", "headers": {"Cookie": "c=3"}}
    with app.test_request_context("/", **told) as context:
        args, cookies = context.request.args, context.request.cookies

        assert isinstance(args, Sent)
        assert isinstance(cookies, Sent)
        assert (args.get("a"), args.getlist("a")) == ("1", ["1", "2"])
        assert (cookies.get("c"), cookies.get("d")) == ("3", None)
