"""The library systems we can read, by name."""

from libraries.systems.adis import Adis
from libraries.systems.arena import Arena
from libraries.systems.biber import Biber
from libraries.systems.bibliocommons import BiblioCommons
from libraries.systems.bibliotheca import Bibliotheca
from libraries.systems.elibrary import ELibrary
from libraries.systems.enterprise import Enterprise
from libraries.systems.evergreen import Evergreen
from libraries.systems.ilsdi import IlsDi
from libraries.systems.iopac import IOpac
from libraries.systems.koha import Koha
from libraries.systems.netbiblio import NetBiblio
from libraries.systems.open import Open
from libraries.systems.paia import Paia
from libraries.systems.patronapi import PatronApi
from libraries.systems.pica import Pica
from libraries.systems.pica_lbs import PicaLbs
from libraries.systems.sip2 import Sip2
from libraries.systems.sisis import Sisis
from libraries.systems.slub import Slub
from libraries.systems.touchpoint import TouchPoint
from libraries.systems.vufind import VuFind
from libraries.systems.webopacnet import WebOpacNet
from libraries.systems.webpac import WebPac
from libraries.systems.winbiap import WinBiap
from libraries.systems.zones import Zones

SYSTEMS: dict[str, type] = {
    "adis": Adis,
    "arena": Arena,
    "biber": Biber,
    "bibliocommons": BiblioCommons,
    "bibliotheca": Bibliotheca,
    "elibrary": ELibrary,
    "enterprise": Enterprise,
    "evergreen": Evergreen,
    "ilsdi": IlsDi,
    "iopac": IOpac,
    "koha": Koha,
    "netbiblio": NetBiblio,
    "open": Open,
    "paia": Paia,
    "patronapi": PatronApi,
    "pica": Pica,
    "pica_lbs": PicaLbs,
    "sip2": Sip2,
    "sisis": Sisis,
    "slub": Slub,
    "touchpoint": TouchPoint,
    "vufind": VuFind,
    "webopacnet": WebOpacNet,
    "webpac": WebPac,
    "winbiap": WinBiap,
    "zones": Zones,
}
