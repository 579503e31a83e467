"""The WebPAC's whole pages, in the system's structure: login form, the hop after it, the account around its lists."""

from html import escape

from libraries.demo.patrons import Patron
from libraries.demo.webpac_lists import Skin, counted

HEAD = (
    '<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN" "http://www.w3.org/TR/html4/loose.dtd">\n'
    '<html lang="en"><head><meta http-equiv="Content-Type" content="text/html; charset=UTF-8">\n'
    '<link rel="stylesheet" type="text/css" href="/scripts/ProStyles.css"><title>{title}</title></head>\n'
)


def home() -> str:
    """The catalogue's front page."""
    return HEAD.format(title="Demo Catalogue") + (
        '<body><h1>Search the demo catalogue</h1><p><a href="/patroninfo~S3/">My Account</a></p></body></html>\n'
    )


def logged_out() -> str:
    """What is shown to those who leave."""
    return HEAD.format(title="Logged out") + "<body><p>You have been logged out. Goodbye.</p></body></html>\n"


def onward(address: str, way: str) -> str:
    """A page that only sends the browser on: by script, or by meta refresh."""
    if way == "meta":
        return (
            f'<html><head><meta http-equiv="refresh" content="0; url={escape(address)}"></head><body></body></html>\n'
        )
    return (
        '<html><head><script type="text/javascript">\n'
        f'location.href = "{address}";\n</script></head><body></body></html>\n'
    )


def login(action: str, token: str, words: str, *, names: bool) -> str:
    """The central login form, with `words` when the last attempt was refused."""
    status = f'<div id="status" class="errors">{escape(words)}</div>' if words else ""
    name = (
        '<label for="name">First and last name:</label>\n<input id="name" name="name" type="text" value="" size="20">'
    )
    return HEAD.format(title="Library log in") + (
        '<body id="cas"><div class="loginPage"><div class="loginArea">\n'
        f'<form id="fm1" class="fm-v clearfix" method="post" action="{escape(action)}">\n'
        f"<!--display any errors-->\n{status}\n"
        '<div id="clientmessage"></div><div id="login"><fieldset>\n'
        f"{name if names else ''}\n"
        '<label for="code">Library card number (no spaces):</label>\n'
        '<input id="code" name="code" class="required" type="text" size="20" maxlength="40" />\n'
        '<label for="pin">PIN:</label>\n<input id="pin" name="pin" '
        'class="required" type="password" value="" size="20" />\n'
        '<input type="submit" name="Log In" class="loginSubmit" tabindex="35" /></fieldset></div>\n'
        f'<input type="hidden" name="lt" value="{token}" />\n<input type="hidden" name="_eventId" value="submit" />\n'
        "</form></div></div></body></html>\n"
    )


def account(skin: Skin, patron: Patron, body: str) -> str:
    """The account: who and until when on top, then one of the lists, or nothing on the landing page."""
    return HEAD.format(title="Demo Public Libraries") + (
        f'<body><span class="loggedInMessage">You are logged in as {escape(inverted(patron.name))}</span><br />\n'
        '<div class="pat"><div class="patNameAddress">\n'
        f"<strong>{escape(inverted(patron.name))}</strong><br />\n"
        "12 Imaginary Crescent<br />\nNOWHERE, ON N0N 0N0<br />\n"
        f"EXP DATE:{skin.long_day(patron.expires)}<br />\n{_links(skin, patron)}</div></div>\n"
        '<div class="patActionsLinks"><a '
        f'href="/patroninfo~S{skin.scope}/{patron.id}/readinghistory">My Reading History</a>\n'
        f'<a href="/logout~S{skin.scope}?">Log Out</a></div>\n'
        f'<div class="patFuncArea">\n{body}</div>\n</body></html>\n'
    )


def inverted(name: str) -> str:
    """ "LAST, FIRST." as the system prints people."""
    first, _, last = name.rpartition(" ")
    return f"{last}, {first}".upper()


def _links(skin: Skin, patron: Patron) -> str:
    """What there is: the system does not mention what is nought."""
    base = f"/patroninfo~S{skin.scope}/{patron.id}"
    held, lent = len(patron.holds), len(patron.loans)
    links = [
        (held, "holds", f"{counted(held, 'request')} ({'hold' if held == 1 else 'holds'})."),
        (lent, "items", f"{counted(lent, 'Item')} currently checked out"),
        (len(patron.fees), "overdues", f"${patron.owes:.2f} in unpaid fines and bills"),
    ]
    return "".join(
        f'<div><a href="{base}/{page}" target="_self">{text}</a></div>\n' for any_, page, text in links if any_
    )
