"""Enterprise's whole pages, in the system's structure: home, login form, the hop after it, the account."""

from html import escape

from libraries.demo.patrons import Patron

HEAD = (
    "<!DOCTYPE html>\n<html xmlns='http://www.w3.org/1999/xhtml' lang='en'><head>"
    "<meta content='text/html; charset=UTF-8' http-equiv='Content-Type'/><title>{title}</title></head>\n"
)


def home(root: str, *, signed_in: bool) -> str:
    """The front page, with the link to the login."""
    link = (
        f"<a class='loginLink' href='{root}/search/patronlogin.logout?'>Log Out</a>"
        if signed_in
        else f"<a class='loginLink' id='loginLink' href='{root}/search/account?'>Log In</a>"
    )
    return HEAD.format(title="Demo Region Library") + (
        f"<body><div id='libInfoContainer'>{link} <a id='myAccountLink' "
        f"href='{root}/search/account?'>My Account</a></div>\n"
        f"<form id='searchForm' action='{root}/search/results' method='get'>"
        "<input type='text' name='qu'/></form></body></html>\n"
    )


def login(root: str, action: str, token: str, csrf: str, words: str) -> str:
    """The login form, with `words` when the last attempt was refused."""
    error = (
        f"<div class='t-error' id='loginError'><p class='loginErrorText'>{escape(words)}</p></div>\n" if words else ""
    )
    hidden = f"<input type='hidden' name='sdcsrf' value='{csrf}'/>" if csrf else ""
    return HEAD.format(title="Log In") + (
        f"<body><div id='loginFormDialog'>\n<form id='loginPageForm' method='post' action='{escape(action)}'>\n"
        f"<div class='t-invisible'><input type='hidden' name='t:ac' value='$N'/>"
        f"<input type='hidden' name='t:formdata' value='{token}'/>{hidden}</div>\n{error}"
        "<label for='j_username'>Library card number:</label> <input type='text' id='j_username' name='j_username'/>\n"
        "<label for='j_password'>PIN:</label> <input type='password' id='j_password' name='j_password' value=''/>\n"
        "<input type='hidden' name='hidden' value='SYMWS'/><input "
        "type='submit' id='submit_0' name='submit_0' value='Log In'/>\n"
        f"</form></div><p><a href='{root}/'>Home</a></p></body></html>\n"
    )


def redirect_after_login(address: str) -> str:
    """The page that has a script send the browser to the account."""
    return (
        "<html><head><script type='text/javascript'>\n"
        f"RedirectAfterLogin('{address}');\n</script></head><body></body></html>\n"
    )


def account(root: str, patron: Patron, expires: str, csrf: str) -> str:
    """My Account: personal information, and the places into which the lists are loaded by script."""
    tabs = "".join(
        f"<div id='{name.lower()}Tab' class='accountTab'><h3 class='accordionHeader'>Library {name} ( {count} )</h3>\n"
        f"<div id='library{name}Accordion' class='t-zone'></div></div>\n"
        for name, count in (("Checkouts", len(patron.loans)), ("Holds", len(patron.holds)), ("Fines", len(patron.fees)))
    )
    zones = "".join(
        "  "
        f"loadZone('library{name}Accordion', '{root}/search/account.{name.lower()}.library{name.lower()}accordion?');\n"
        for name in ("Checkouts", "Holds", "Fines")
    )
    known = f"var __sdcsrf = '{csrf}';\n" if csrf else ""
    return HEAD.format(title="My Account") + (
        f"<body><div id='libInfoContainer'>Welcome, {escape(patron.name)} "
        f"<a class='loginLink' href='{root}/search/patronlogin.logout?'>Log Out</a></div>\n"
        "<h1>My Account</h1>\n<div id='personalInformationTab' class='accountTab'><h3>Personal Information</h3>\n"
        "<table class='personalInfoTable'>\n"
        f"<tr><td class='personalInfoLabel'>Name:</td><td class='personalInfoValue'>{escape(patron.name)}</td></tr>\n"
        f"<tr><td class='personalInfoLabel'>Privilege expires:</td><td class='personalInfoValue'>{expires}</td></tr>\n"
        f"</table></div>\n{tabs}"
        "<div id='libraryCheckoutsTable'></div>\n<script type='text/javascript'>\n"
        f"{known}{zones}</script>\n</body></html>\n"
    )
