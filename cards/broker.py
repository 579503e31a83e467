"""The one way to Celery: imported when something is sent, so that without a broker nothing of it is ever loaded."""

import time
from importlib import import_module
from typing import Any

from django.conf import settings

SEEN = 30.0  # seconds for which a worker that answered is believed to be there
ANSWERS = 1.0  # seconds that it has for an answer

_seen: list[float] = []


class NoBroker(Exception):
    """The broker cannot be reached. Says only what kind of error it was."""


def send(task: str, *args: Any, **options: Any) -> None:
    """Sends a task of `cards.tasks`. Raises NoBroker."""
    try:
        getattr(import_module("cards.tasks"), task).apply_async(args, **options)
    except _broken() as error:
        raise NoBroker(type(error.__cause__ or error).__name__) from None


def worker_answers() -> bool:
    """Whether there is a worker: one that answers now, or did a moment ago. Raises NoBroker."""
    if not settings.CELERY_BROKER_URL:
        return False
    if _seen and time.monotonic() - _seen[-1] < SEEN:
        return True
    try:
        answers = import_module("celery").current_app.control.ping(timeout=ANSWERS, limit=1)
    except _broken() as error:
        raise NoBroker(type(error.__cause__ or error).__name__) from None
    _seen[:] = [time.monotonic()] if answers else []
    return bool(answers)


def _broken() -> tuple[type[Exception], ...]:
    """What a broker that is away ends in; Redis has words of its own for a kept connection that has gone stale."""
    return import_module("kombu.exceptions").OperationalError, import_module("redis.exceptions").RedisError, OSError
