"""How many rows a list may show on a page."""

from typing import Final

PAGE_SIZES: Final = (20, 50, 100)
USUAL: Final = PAGE_SIZES[0]
