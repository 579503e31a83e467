"""Tells a watching service that a run went well: where it hears nothing for a day, it wakes somebody."""

import logging
from urllib.error import URLError
from urllib.request import urlopen

from django.conf import settings

SECONDS = 10
logger = logging.getLogger(__name__)


def beat() -> bool:
    """Asks for HEARTBEAT_URL, if it is set, and says whether the service answered. Never raises for a dead service.

    The address is not logged: in such services it is the key.
    """
    if not settings.HEARTBEAT_URL:
        return False
    try:
        # The settings let nothing but http and https through.
        with urlopen(settings.HEARTBEAT_URL, timeout=SECONDS) as answer:  # nosec B310
            return bool(answer.status < 400)
    except (URLError, OSError, ValueError) as error:
        logger.warning("the heartbeat was not heard: %s", type(error).__name__)
        return False
