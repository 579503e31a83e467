"""The library systems we can read, by name."""

from libraries.systems.enterprise import Enterprise
from libraries.systems.koha import Koha
from libraries.systems.sisis import Sisis
from libraries.systems.touchpoint import TouchPoint
from libraries.systems.webpac import WebPac

SYSTEMS: dict[str, type] = {
    "enterprise": Enterprise,
    "koha": Koha,
    "sisis": Sisis,
    "touchpoint": TouchPoint,
    "webpac": WebPac,
}
