"""Who listens to what a page complains about, and takes pictures of it."""

import os

# An event of its own: the console's sentence does not tell the directive in every case.
TELL_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) => console.error(
  `forbidden by ${event.violatedDirective}: ${event.blockedURI} ${event.sample}`))
"""
# The browser notes every refused form in its console, though the page is in order.
REFUSED = ("status of 400 ", "status of 403 ", "status of 422 ")
# A request in the background may be broken off by the next page.
BROKEN_OFF = ("htmx:afterRequest", "htmx:sendAbort")


def watch(page, complaints):
    """Add to `complaints` what goes wrong in the page from now on; return the page."""

    def note_console(message):
        text = message.text
        if message.type == "error" and not any(
            word in text for word in (*REFUSED, *BROKEN_OFF)
        ):
            complaints.append(f"{page.url}: {text}")

    page.add_init_script(TELL_VIOLATIONS)
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    page.on("console", note_console)
    return page


def overflow(page):
    """By how many pixels the page is wider than its window."""
    # A page that has only begun to arrive has no root yet.
    page.wait_for_load_state()
    root = "document.documentElement"
    return page.evaluate(f"{root}.scrollWidth - {root}.clientWidth")


def take_picture(page, name):
    """Keep a picture of the whole page in the folder `CE_TEST_PICTURES`, if named."""
    if folder := os.environ.get("CE_TEST_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
