"""Settings and addresses. Where a broker is configured, its tasks are sent by our Celery app."""

from libraryhippo import environment

if environment.given(["CELERY_BROKER_URL"]):
    from libraryhippo.celery import app as celery_app

    __all__ = ["celery_app"]
