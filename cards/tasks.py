"""What workers do, as tasks. Imported only where a broker is configured; messages hold keys and times, nothing more."""

from datetime import date, datetime
from threading import Event
from typing import Any
from uuid import UUID

from celery import shared_task
from celery.signals import worker_shutting_down
from django.utils import timezone

from cards import chunks, telling
from cards.handing import Chunk
from cards.models import Run
from cards.occasions import Occasion
from cards.scope import Scope
from cards.visiting import take, work

_stop = Event()


@worker_shutting_down.connect
def hear(**_: object) -> None:
    """Lanes end within seconds; what they held is anybody's."""
    _stop.set()


@shared_task(name="cards.check_lane")
def check_lane(asked: dict[str, Any]) -> None:
    """Visits a website's cards for some minutes."""
    chunks.work(Chunk(**asked), timezone.now(), stopped=_stop.is_set)


@shared_task(name="cards.check_now")
def check_now(run: int, token: str, cards: list[str]) -> None:
    """Visits cards that somebody waits for, unless the web process did in the meantime."""
    found = Run.objects.filter(pk=run).first()
    if found and take(found):
        scope = Scope(began=found.began, cards=tuple(UUID(each) for each in cards), token=UUID(token))
        work(scope, found, stopped=_stop.is_set)


@shared_task(name="cards.send_digest")
def send_digest(user: int, day: str, quiet_day: str, moment: str, run: int | None) -> None:
    """Writes and sends one person's digest."""
    days = {"day": date.fromisoformat(day), "quiet_day": date.fromisoformat(quiet_day)}
    occasion = Occasion(user_id=user, moment=datetime.fromisoformat(moment), **days)
    chunks.count_mail(run, telling.tell_one(occasion, timezone.now()))


@shared_task(name="cards.send_letters")
def send_letters(run: int | None) -> None:
    """Sends what else waits in the outbox, and looks after what is old."""
    chunks.count_mail(run, telling.tell_rest(timezone.now(), stopped=_stop.is_set))
