"""The Celery app: `celery -A libraryhippo worker`. Imported only where a broker is configured."""

import os

from celery import Celery
from celery.signals import setup_logging
from django.core.exceptions import ImproperlyConfigured
from kombu import Queue

from libraryhippo import environment

if not environment.given(["CELERY_BROKER_URL"]):
    raise ImproperlyConfigured("Workers need a broker: CELERY_BROKER_URL, like redis://localhost:6379/0.")

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "libraryhippo.settings")

app = Celery("libraryhippo")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.task_queues = (Queue("celery"), Queue("now"))  # "now": somebody waits at the page
app.autodiscover_tasks()


@setup_logging.connect
def leave_logging_alone(**_: object) -> None:
    """Ours is set up by the settings, and quotes nobody."""
