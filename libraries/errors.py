"""Every way a visit to a library can fail, named by who must act next."""


class CheckError(Exception):
    """The root: a visit that did not end in a believable account. Its text never holds a credential."""

    kind = "failed"

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self.message = message


class LoginFailed(CheckError):
    """The site's own refusal is on the page; its words are the message. The patron acts; we stop."""

    kind = "login_failed"


class PatronMustAct(CheckError):
    """Card blocked or expired, PIN must change, terms to accept: the library's own words, and where to go."""

    kind = "patron_must_act"

    def __init__(self, message: str = "", url: str | None = None) -> None:
        super().__init__(message)
        self.url = url


class SiteUnavailable(CheckError):
    """Time-out, refused connection, 5xx, maintenance page. Nobody acts; we come back later."""

    kind = "site_unavailable"


class SiteTooSlow(SiteUnavailable):
    """The visit's time was over before the site had answered."""

    kind = "site_slow"


class SiteFailing(SiteUnavailable):
    """The site answered with a fault of its own (5xx)."""

    kind = "site_error"


class SiteInMaintenance(SiteUnavailable):
    """The site says that it is under maintenance."""

    kind = "maintenance"


class BadCertificate(SiteUnavailable):
    """The site could not prove who it is, so nothing was sent to it."""

    kind = "bad_certificate"


class SiteRefusedUs(CheckError):
    """429, a captcha or bot wall, 401/403 that is not about the PIN. Staff act; we never hammer."""

    kind = "site_refused_us"


class LayoutChanged(CheckError):
    """A page is not one the adapter knows, or its counts do not add up. Staff act."""

    kind = "layout_changed"


class Misconfigured(CheckError):
    """The library's options do not fit its system. Staff act, when they save it."""

    kind = "misconfigured"
