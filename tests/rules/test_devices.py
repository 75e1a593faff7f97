"""What is told of a device, by the words of real browsers."""

import pytest

from admin_app.rules.devices import device_words

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
AGENTS = {
    "old office computer": (
        f"Mozilla/5.0 (Windows NT 6.1; WOW64) {WEBKIT} Chrome/86.0.4240.198 Safari/537.36",
        ("Windows", "Chrome"),
    ),
    "360 browser": (
        f"Mozilla/5.0 (Windows NT 10.0) {WEBKIT} Chrome/108.0 Safari/537.36 360SE",
        ("Windows", "360浏览器"),
    ),
    "edge": (
        f"Mozilla/5.0 (Windows NT 10.0) {WEBKIT} Chrome/120.0 Safari/537.36 Edg/120.0",
        ("Windows", "Edge"),
    ),
    "wechat on android": (
        f"Mozilla/5.0 (Linux; Android 13) {WEBKIT} Chrome/107.0 MicroMessenger/8.0.30",
        ("安卓", "微信"),
    ),
    "iphone": (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Safari/604.1",
        ("iPhone", "Safari"),
    ),
    "harmony": (
        f"Mozilla/5.0 (Phone; OpenHarmony 5.0) {WEBKIT} Chrome/114.0 ArkWeb/4.1",
        ("鸿蒙", "Chrome"),
    ),
    "internet explorer": (
        "Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko",
        ("Windows", "IE"),
    ),
    "a program": ("curl/8.5.0", ("未知设备",)),
    "nothing": ("", ("未知设备",)),
}


@pytest.mark.parametrize("case", AGENTS)
def test_device_is_told_in_words(case):
    agent, words = AGENTS[case]

    assert device_words(agent) == words
