"""Whether a worker takes the visits that somebody waits for at the page."""

import logging
import time

from cards import broker
from cards.models import Run
from cards.scope import Scope

TAKES = 5.0  # seconds that a worker has to begin: all may be busy
logger = logging.getLogger(__name__)


def takes_over(scope: Scope, run: Run) -> bool:
    """Asks a worker to make these visits. False: there is none, or none is free; the visits are the caller's."""
    cards = [str(each) for each in scope.cards or ()]
    try:
        if not broker.worker_answers():
            return False
        broker.send("check_now", run.pk, str(scope.token), cards, queue="now", expires=TAKES, retry=False)
    except broker.NoBroker as error:
        logger.warning("no worker is asked: %s", error)
        return False
    return _taken(run)


def _taken(run: Run) -> bool:
    """Waits a moment. Whether a worker took the run."""
    end = time.monotonic() + TAKES
    while time.monotonic() < end:
        if not Run.objects.filter(pk=run.pk, parts__gt=0).exists():
            return True
        time.sleep(0.1)
    return False
