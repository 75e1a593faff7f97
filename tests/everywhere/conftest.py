"""Everywhere: what must hold on every page and at every door."""


def pytest_collection_modifyitems(items):
    """Count no lines here: what is tried over and over is shown elsewhere first."""
    for item in items:
        if "/everywhere/" in str(item.path):
            item.add_marker("uncounted")
