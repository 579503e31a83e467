"""The library systems we can read, by name."""

from libraries.systems.elibrary import ELibrary
from libraries.systems.enterprise import Enterprise
from libraries.systems.ilsdi import IlsDi
from libraries.systems.koha import Koha
from libraries.systems.sip2 import Sip2
from libraries.systems.sisis import Sisis
from libraries.systems.touchpoint import TouchPoint
from libraries.systems.webpac import WebPac

SYSTEMS: dict[str, type] = {
    "elibrary": ELibrary,
    "enterprise": Enterprise,
    "ilsdi": IlsDi,
    "koha": Koha,
    "sip2": Sip2,
    "sisis": Sisis,
    "touchpoint": TouchPoint,
    "webpac": WebPac,
}
