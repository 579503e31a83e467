"""The library systems we can read, by name."""

from libraries.systems.webpac import WebPac

SYSTEMS: dict[str, type] = {
    "webpac": WebPac,
}
