"""The pages that a site shows in place of its own: errors, maintenance, bot walls."""

from libraries.demo.answers import Answer
from libraries.demo.faults import Mode


def _page(status: int, title: str, body: str) -> Answer:
    return Answer(
        status=status, html=f"<!DOCTYPE html>\n<html><head><title>{title}</title></head>\n<body>{body}</body></html>\n"
    )


MAINTENANCE_BODY = (
    "<h1>The catalogue is down for scheduled maintenance</h1>"
    "<p>We are upgrading our system. The catalogue and your account "
    "are temporarily unavailable. Please try again later.</p>"
)
BOT_WALL_BODY = (
    '<div id="challenge" class="cf-challenge"><h1>Checking your browser</h1>'
    "<p>Please verify that you are human. Enable JavaScript and cookies to continue.</p>"
    '<form action="/challenge" method="post"><div class="g-recaptcha" data-sitekey="demo"></div></form></div>'
)
PAGES = {
    Mode.ERROR: _page(500, "Error", "<h1>Internal Server Error</h1><p>The server could not complete your request.</p>"),
    Mode.MAINTENANCE: _page(503, "Maintenance", MAINTENANCE_BODY),
    Mode.MAINTENANCE_OK: _page(200, "Maintenance", MAINTENANCE_BODY),
    Mode.BOT_WALL: _page(403, "Just a moment...", BOT_WALL_BODY),
    Mode.BOT_WALL_OK: _page(200, "Just a moment...", BOT_WALL_BODY),
    Mode.TOO_MANY: _page(429, "Too many requests", "<h1>Too many requests</h1>"),
}
