"""What stays visible of a personal number."""

import pytest

from admin_app.rules.masks import mask_email, mask_id_number, mask_mobile


@pytest.mark.parametrize(
    ("mask", "whole", "shown"),
    [
        (mask_id_number, "41010219680309981X", "4101*************X"),
        (mask_id_number, "41010", "*****"),
        (mask_id_number, "", ""),
        (mask_mobile, "15400000001", "154******01"),
        (mask_mobile, "15401", "*****"),
        (mask_email, "p00001@example.com", "p***@example.com"),
        (mask_email, "nobody", "******"),
    ],
)
def test_mask_shows_no_more_than_agreed(mask, whole, shown):
    assert mask(whole) == shown
