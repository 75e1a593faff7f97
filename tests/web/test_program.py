import inspect
from itertools import chain

ASKED_IN_TURN = (
    "before_request_funcs",
    "after_request_funcs",
    "teardown_request_funcs",
    "template_context_processors",
)


def functions_of(app):
    """Everything that a request may run."""
    by_place = (getattr(app, name).values() for name in ASKED_IN_TURN)
    handlers = (
        each
        for by_code in app.error_handler_spec.values()
        for by_error in by_code.values()
        for each in by_error.values()
    )
    return [
        *app.view_functions.values(),
        *chain.from_iterable(chain.from_iterable(by_place)),
        *app.teardown_appcontext_funcs,
        *handlers,
    ]


def test_nothing_that_a_request_runs_is_a_coroutine(app):
    functions = functions_of(app)

    waiting = [each for each in functions if inspect.iscoroutinefunction(each)]

    assert len(functions) > 100
    assert waiting == []
    assert {app.ensure_sync(each) for each in functions} == set(functions)
