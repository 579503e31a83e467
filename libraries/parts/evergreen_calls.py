"""The calls that gather a patron's lists from an Evergreen server, each row with what is told of it elsewhere."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from libraries import page
from libraries.errors import LayoutChanged, SiteRefusedUs
from libraries.fields import Told, as_list, as_object
from libraries.opensrf import Gateway, field
from libraries.parts.evergreen import listed

BUCKETS = ("out", "overdue", "lost", "claims_returned", "long_overdue")
ALWAYS = {"out", "overdue", "lost"}
RECORD_OF = {
    "T": "open-ils.search.biblio.record.mods_slim.retrieve",
    "M": "open-ils.search.biblio.metarecord.mods_slim.retrieve",
    **dict.fromkeys(("C", "R", "F"), "open-ils.search.biblio.mods_from_copy"),
}


def counts(ask: Gateway, token: str, patron: Any) -> dict[str, int]:
    """How many holds the server counts; not every server tells patrons."""
    with suppress(SiteRefusedUs, LayoutChanged):
        held = as_object(ask("open-ils.actor.user.opac.vital_stats", token, patron), "counts").get("holds")
        if isinstance(held, dict) and str(held.get("total")).isdecimal():
            return {"holds": int(held["total"])}
    return {}


def loans(ask: Gateway, token: str, patron: Any) -> Iterator[dict[str, Any]]:
    """Each loan with its record; items without one, as from other libraries, with what was written for them."""
    lists = as_object(ask("open-ils.actor.user.checked_out", token, patron), "lists of loans")
    for bucket, numbers in numbered(lists).items():
        for each in numbers:
            circ = as_object(ask("open-ils.circ.retrieve", token, each), "loan")
            copy = field(circ, "target_copy", "loan")
            record = as_object(ask("open-ils.search.biblio.mods_from_copy", copy), "record")
            own = not record.get("title") or str(record.get("doc_id")) == "-1"
            item = ask("open-ils.search.asset.copy.retrieve", copy) if own else None
            yield {"circ": circ, "mvr": record, "acp": item, "bucket": bucket}


def numbered(lists: Told) -> dict[str, list[Any]]:
    """The numbers of the loans of each kind. Raises LayoutChanged for a kind that is not known, or not told."""
    if not set(lists) >= ALWAYS or any(ids and name not in BUCKETS for name, ids in lists.items()):
        raise LayoutChanged("the lists of loans are not the ones that are known")
    return {bucket: as_list(lists[bucket], f"loans that are {bucket}") for bucket in BUCKETS if bucket in lists}


def holds(ask: Gateway, token: str, patron: Any) -> Iterator[dict[str, Any]]:
    """Each hold with its record, its place in the queue and the name of its pickup library."""
    asked = listed(ask("open-ils.circ.holds.retrieve", token, patron), "holds")
    names = dict(_branches(ask("open-ils.actor.org_tree.retrieve"))) if asked else {}
    for hold in asked:
        number = field(as_object(hold, "hold"), "id", "hold")
        method = RECORD_OF.get(str(field(hold, "hold_type", "hold")))
        if method:
            record = ask(method, field(hold, "target", "hold"))
        else:
            record = as_object(ask("open-ils.circ.hold.details.retrieve", token, number), "hold").get("mvr")
        queue = as_object(ask("open-ils.circ.hold.queue_stats.retrieve", token, number), "queue")
        yield {"ahr": hold, "qstats": queue, "mvr": record, "pickup": names.get(str(hold.get("pickup_lib")))}


def _branches(tree: Any) -> Iterator[tuple[str, str]]:
    """Number and name of every branch."""
    waiting = [tree]
    while waiting:
        branch = waiting.pop()
        if isinstance(branch, dict):
            yield str(branch.get("id")), page.fold(str(branch.get("name") or ""))
            waiting += branch.get("children") or ()
