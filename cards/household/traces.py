"""What remains of a person or a card beside its own rows: admin's history, and sessions."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.auth import SESSION_KEY
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db.models import Model


def forget(model: type[Model], keys: Iterable[object]) -> None:
    """Admin's history names what staff changed: for these rows it goes with them."""
    kind = ContentType.objects.get_for_model(model)
    LogEntry.objects.filter(content_type=kind, object_id__in=[str(key) for key in keys]).delete()


def sessions(user: int) -> list[Session]:
    """The browsers in which the person is signed in. No table says whose a session is: each is opened."""
    return [each for each in Session.objects.iterator() if each.get_decoded().get(SESSION_KEY) == str(user)]


def end_sessions(user: int) -> None:
    """Signs the person out everywhere."""
    Session.objects.filter(pk__in=[each.pk for each in sessions(user)]).delete()


def prune(now: datetime) -> None:
    """Sessions that are over, and what was noted of their browsers: its kind and its internet address."""
    Session.objects.filter(expire_date__lte=now).delete()
    living = Session.objects.values("session_key")
    UserSession.objects.filter(created_at__lt=now - timedelta(hours=1)).exclude(session_key__in=living).delete()
