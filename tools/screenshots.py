"""Take the README's pictures from a running demo: `python -m tools.screenshots URL`.

The demo must run with the picture code off.
"""

import io
import sys
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

FOLDER: Final = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
PASSWORD: Final = "Demo-2026-hn"  # noqa: S105 - the demo's, printed by `flask demo logins`
FLAGS: Final = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
UNIT: Final = ("employer", "41061119921113990X")
PERSON: Final = ("individual", "410404199108019809")
SUPERUSER: Final = ("authority", "41132319740204981X")
PHONE: Final = (390, 780)
DESKTOP: Final = (1280, 800)
PICTURES: Final = (
    ("home", None, "/", DESKTOP),
    ("registration", None, "/register/unit/employer", DESKTOP),
    ("portal", PERSON, "/me/", DESKTOP),
    ("declare", PERSON, "/me/declarations/new", DESKTOP),
    ("completion", PERSON, "/me/completion", DESKTOP),
    ("phone", PERSON, "/me/", PHONE),
    ("approval", UNIT, "/admin/approve-hours/", DESKTOP),
    ("details", UNIT, "/admin/approve-hours/", DESKTOP),
    ("superuser", SUPERUSER, "/admin/learning-forms/", DESKTOP),
)


def main() -> None:
    """Take every picture and keep it small."""
    base = sys.argv[1].rstrip("/")
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        for name, who, path, (width, height) in PICTURES:
            page = _page(browser, base, who, width, height)
            page.goto(base + path)
            _prepare(page, name)
            page.wait_for_timeout(600)
            _keep(name, page.screenshot())
            page.context.close()
        browser.close()


def _page(
    browser: Browser, base: str, who: tuple[str, str] | None, width: int, height: int
) -> Page:
    size = {"width": width, "height": height}
    context = browser.new_context(viewport=size, locale="zh-CN")  # type: ignore[arg-type] # a plain dict of that shape
    page = context.new_page()
    if who:
        page.goto(f"{base}/sign-in/{who[0]}")
        page.fill("input[name=id_number]", who[1])
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_load_state()
    return page


def _prepare(page: Page, name: str) -> None:
    if name == "details":
        page.locator("tbody a").first.click()
        page.wait_for_load_state()
    if name == "declare":
        form = "select[name=form_code]"
        page.eval_on_selector(
            form,
            "s => { const o = [...s.options].find(o => o.text.includes('培训班、研修班'));"
            " if (s.tomselect) s.tomselect.setValue(o.value);"
            " else { s.value = o.value; s.dispatchEvent(new Event('change')); } }",
        )
        page.wait_for_timeout(800)
        page.fill("input[name=title]", "中小学教师信息技术应用能力培训班")
        page.fill("input[name$=days]", "3")


def _keep(name: str, picture: bytes) -> None:
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    image.quantize(128).save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
