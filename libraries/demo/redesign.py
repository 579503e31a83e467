"""Gives a page another look, as a library's new website would."""

import re
from collections.abc import Iterable

WEBPAC = (
    (r"patFunc", "account-row-"),
    (r"patNameAddress", "member-card"),
    (r"\bfm1\b", "sign-in"),
    (r'name="code"', 'name="barcode"'),
    (r'name="name"', 'name="member"'),
    (r'class="errors"', 'class="alert"'),
    (r'id="status"', 'id="notice"'),
    (r"EXP DATE:", "Valid until "),
    (r"<table", '<div role="table"'),
    (r"</table", "</div"),
    (r"<(/?)t[hd]\b", r"<\1span"),
    (r"<tr\b", '<div role="row"'),
    (r"</tr", "</div"),
    (r"(\d+) (?:ITEMS?|HOLDS?|requests?|Items?)\b", r"\1 &times;"),
)
ENTERPRISE = (
    (r"checkoutsList|holdsList|finesList", "account-grid"),
    (r"checkoutsLine|pickupHoldsLine|finesLine", "account-grid-row"),
    (r"my(?:Checkouts|Holds|Fines)_\w+", "grid"),
    (r"checkouts([A-Z])", r"loan-\1"),
    (r"holds([A-Z])", r"request-\1"),
    (r"loginPageForm", "sign-in"),
    (r"j_username", "card"),
    (r"j_password", "secret"),
    (r"<table", '<div role="grid"'),
    (r"</table", "</div"),
    (r"<(/?)t[hd]\b", r"<\1span"),
    (r"<(/?)(tr|thead|tbody)\b", r"<\1div"),
    (r"Accordion", "Panel"),
)


def changed(html: str, looks: Iterable[tuple[str, str]]) -> str:
    """The page with every pattern of `looks` replaced, in their order."""
    for pattern, new in looks:
        html = re.sub(pattern, new, html)
    return html
