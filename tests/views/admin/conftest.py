"""The screens, and a browser in which somebody of the cast is signed in."""

import pytest

from tests.browsing import sign_in


@pytest.fixture
def screens(app):
    """Every registered screen by its endpoint's name."""
    return {s.endpoint_name(): s for s in app.extensions["admin_screens"]}


@pytest.fixture
def as_superuser(client, cast):
    """A browser of the superuser."""
    sign_in(client, cast.superuser)
    return client


@pytest.fixture
def as_chief(client, cast):
    """A browser of the school's chief administrator."""
    sign_in(client, cast.chief)
    return client
