"""The health page, for platforms and monitors: whether the database answers, and whether cards are being checked.

It is asked for by the site's own name: a probe by bare IP address gets 400, as ALLOWED_HOSTS knows only SITE_URL.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cards.models import Run


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """200 and "ok", or 503; with ?runs=1 also 503 when no run of check_cards finished lately. Tells nothing else."""
    well = database_answers() and ("runs" not in request.GET or ran_lately(now()))
    return HttpResponse("ok\n" if well else "not ok\n", status=200 if well else 503, content_type="text/plain")


def database_answers() -> bool:
    """Whether the database carries out the simplest of queries."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    return True


def ran_lately(when: datetime) -> bool:
    """Whether a run of the command finished within RUNS_WITHIN_HOURS."""
    since = when - timedelta(hours=settings.RUNS_WITHIN_HOURS)
    try:
        return Run.objects.filter(trigger=Run.Trigger.COMMAND, finished__gte=since).exists()
    except Error:
        return False
