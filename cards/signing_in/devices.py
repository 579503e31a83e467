"""What a session runs on, in words: read from what the browser says it is."""

from django.utils.translation import gettext as _

# The first that is found: later ones are named by earlier browsers too.
BROWSERS = {"Edg": "Edge", "OPR/": "Opera", "SamsungBrowser": "Samsung Internet", "Firefox/": "Firefox"}
BROWSERS |= {"FxiOS": "Firefox", "CriOS": "Chrome", "Chrome/": "Chrome", "Safari/": "Safari"}
SYSTEMS = {"iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "CrOS": "ChromeOS", "Windows": "Windows"}
SYSTEMS |= {"Mac OS X": "Mac", "Linux": "Linux"}


def name_of(user_agent: str) -> str:
    """As "Firefox on Android"."""
    browser, system = (
        next((name for mark, name in known.items() if mark in user_agent), None) for known in (BROWSERS, SYSTEMS)
    )
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("A browser that does not say what it is")
