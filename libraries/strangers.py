"""Tells, of a page that no adapter knew, whether it is a maintenance page or a bot wall rather than a redesign."""

import re

from libraries import page
from libraries.answer import Answer
from libraries.errors import CheckError, LayoutChanged, SiteInMaintenance, SiteRefusedUs

BOT_WALL = re.compile(
    r"captcha|are you (?:a )?(?:human|robot)|checking (?:if the site connection|your browser)"
    r"|verify(?:ing)? (?:that )?you are"
    r"|just a moment\b|unusual traffic|bot (?:detection|protection)|access denied|request (?:was )?blocked"
    r"|cf-challenge|_incapsula_|ddos protection|attention required|enable javascript and cookies to continue"
    r"|kein roboter|n'êtes pas un robot",
    re.IGNORECASE,
)
MAINTENANCE = re.compile(
    r"maintenance|temporarily (?:unavailable|offline|out of service|closed)"
    r"|(?:is|are) (?:currently|temporarily) (?:down|unavailable|offline)|service unavailable"
    r"|be back (?:soon|shortly)|scheduled (?:outage|downtime)|wartung|vorübergehend nicht|zurzeit nicht"
    r"|nicht verfügbar|indisponible|onderhoud|huoltokatko|mantenimiento|manutenzione|underhåll|vedligehold|vedlikehold",
    re.IGNORECASE,
)
SHORT_PAGE = 1500  # characters of text: a page that says little else is about what it says


def better_name(error: CheckError, answer: Answer | None) -> CheckError:
    """`error`, or what the last page really was. Judged only after an adapter failed, so no good page is lost by it.

    A page may say more than its status: some bot walls answer with 503, and maintenance pages too.
    """
    if answer is None or not (isinstance(error, LayoutChanged) or answer.status >= 400):
        return error
    headline, words, markup = _said(answer)
    if BOT_WALL.search(headline) or (len(words) < SHORT_PAGE and BOT_WALL.search(markup)):
        return SiteRefusedUs("the site asks visitors to prove that they are human")
    if MAINTENANCE.search(headline) or (len(words) < SHORT_PAGE and MAINTENANCE.search(words)):
        return SiteInMaintenance("the site says that it is under maintenance")
    return error


def _said(answer: Answer) -> tuple[str, str, str]:
    """The page's titles and headings; its visible text; its markup's beginning."""
    try:
        tree = answer.html()
    except LayoutChanged:
        return "", "", ""
    headline = " ".join(page.text(each) for each in page.every(tree, "//title | //h1 | //h2"))
    for hidden in page.every(tree, "//script | //style"):
        hidden.text = None
    return headline, page.text(tree), answer.body[:20_000].decode("utf-8", "replace")
