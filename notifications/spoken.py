"""What a library says, as patrons read it: in its own words, but for what adapters say where a site has none."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from notifications.scraped import clean

# English of the adapters' and of protocols that tell a state by a flag or a figure.
OURS = frozenset(
    {
        gettext_noop("The library asks for a new PIN."),
        gettext_noop("The library asks for a new password."),
        gettext_noop("The library does not know this number with this password."),
        gettext_noop("The library marks the number or the password as wrong."),
        gettext_noop("The library shows its login form again: its way of refusing a login."),
        gettext_noop("The number or the PIN holds a character that this library's server cannot take."),
        gettext_noop("Barred"),
        gettext_noop("debarred"),
        gettext_noop("gonenoaddress"),
        gettext_noop("held"),
        gettext_noop("lost"),
        gettext_noop("inactive"),
        gettext_noop("inactive because account expired"),
        gettext_noop("inactive because of outstanding fees"),
        gettext_noop("inactive because account expired and outstanding fees"),
        gettext_noop("charge privileges denied"),
        gettext_noop("renewal privileges denied"),
        gettext_noop("recall privileges denied"),
        gettext_noop("hold privileges denied"),
        gettext_noop("card reported lost"),
        gettext_noop("too many items charged"),
        gettext_noop("too many items overdue"),
        gettext_noop("too many renewals"),
        gettext_noop("too many claims of items returned"),
        gettext_noop("too many items lost"),
        gettext_noop("excessive outstanding fines"),
        gettext_noop("excessive outstanding fees"),
        gettext_noop("recall overdue"),
        gettext_noop("too many items billed"),
    }
)


def spoken(words: str | None) -> str:
    """The words, fit to be shown; in the reader's language where they are not the library's own."""
    said = clean(words)
    parts = said.split(", ")
    return ", ".join(map(_, parts)) if OURS.issuperset(parts) else said
