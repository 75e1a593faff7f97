"""Flask as this platform uses it."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from typing_extensions import override

from admin_app.web.requests import SentRequest
from admin_app.web.templating import PerLanguage


class Program(Flask):
    """The platform's Flask: its own requests and templates, and nothing asynchronous."""

    request_class = SentRequest
    jinja_environment = PerLanguage

    @override
    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function as it is: none that we register is a coroutine.

        Flask asks that anew of some twenty functions for each request.
        """
        return func
