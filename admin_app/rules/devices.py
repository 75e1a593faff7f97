"""What a browser's own words tell of the device: its system and the program."""

from typing import Final

UNKNOWN: Final = "未知设备"

SYSTEMS: Final = (
    ("OpenHarmony", "鸿蒙"),
    ("HarmonyOS", "鸿蒙"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "安卓"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Kylin", "麒麟"),
    ("UOS", "统信"),
    ("Linux", "Linux"),
)
"""Signs in the order in which they decide: Android also calls itself Linux."""

BROWSERS: Final = (
    ("MicroMessenger", "微信"),
    ("DingTalk", "钉钉"),
    ("QQBrowser", "QQ浏览器"),
    ("MQQBrowser", "QQ浏览器"),
    ("UCBrowser", "UC浏览器"),
    ("HuaweiBrowser", "华为浏览器"),
    ("360", "360浏览器"),
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
    ("Trident", "IE"),
)
"""Nearly all call themselves Chrome or Safari as well."""


def device_words(user_agent: str) -> tuple[str, ...]:
    """Return the words of system and browser, or that the device is not known."""
    found = tuple(
        next((word for sign, word in table if sign in user_agent), "")
        for table in (SYSTEMS, BROWSERS)
    )
    return tuple(filter(None, found)) or (UNKNOWN,)
