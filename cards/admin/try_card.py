"""The page on which staff try a card at a library: what is typed there is in no address, message, log or row."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cards import trying
from cards.lanes import Outcome
from cards.models import Library, Trouble
from libraries.account import Login, from_json
from libraries.systems import SYSTEMS

UNTOLD = {"autocomplete": "off", "spellcheck": "false", "data-1p-ignore": "", "data-lpignore": "true"}
SECRET = forms.PasswordInput(render_value=False, attrs={**UNTOLD, "autocomplete": "new-password"})
FIELDS: Mapping[str, type[forms.Field]] = {"name": forms.CharField, "birth_date": forms.DateField}
ADVICE: Mapping[str, Promise] = {
    Trouble.LOGIN_FAILED: gettext_lazy("Look at what was typed before you try again: libraries lock a card soon."),
    Trouble.PATRON_MUST_ACT: gettext_lazy("The card holder must act first, at the library or on its website."),
    Trouble.SITE_REFUSED_US: gettext_lazy("Do not try again soon. Ask the library, or set another User-Agent."),
    Trouble.LAYOUT_CHANGED: gettext_lazy("Is it this system, with these options? Then its file needs mending."),
    Trouble.MISCONFIGURED: gettext_lazy("Mend the library's options."),
    Trouble.FAILED: gettext_lazy("A fault of ours: the log says where."),
}
LATER = gettext_lazy("Try again later; nobody needs to do anything.")


class TryForm(forms.Form):
    """Asks for what the system asks for, in its labels. Nothing typed is shown again but name and birth date."""

    def __init__(self, labels: Mapping[str, str], *args: Any) -> None:
        super().__init__(*args)
        for name in ("name", "number", "pin", "birth_date"):
            if name in labels or name == "number":
                self.fields[name] = _field(name, labels.get(name) or _("Card number"))

    def login(self) -> Login:
        """What was typed."""
        given = {name: self.cleaned_data.get(name) for name in ("name", "number", "pin", "birth_date")}
        return Login(
            number=given["number"] or "",
            pin=given["pin"] or "",
            name=given["name"] or None,
            birth_date=given["birth_date"],
        )


def _field(name: str, label: str) -> forms.Field:
    if name not in FIELDS:
        return forms.CharField(label=label, required=name == "number", max_length=64, widget=SECRET, strip=True)
    made = FIELDS[name](label=label, required=False)
    made.widget.attrs.update(UNTOLD)
    made.help_text = _("As 2011-05-04.") if name == "birth_date" else _("Empty if the library asks for none.")
    return made


def page(model_admin: admin.ModelAdmin, request: HttpRequest, library: Library) -> HttpResponse:
    """The form; after a POST also what was read, or what went wrong, of the one visit that it made."""
    labels: Mapping[str, str] = SYSTEMS[library.system].labels  # type: ignore[attr-defined]
    form = TryForm(labels, request.POST if request.method == "POST" else None)
    found: dict[str, Any] = {}
    if form.is_valid():
        found = _visited(model_admin, request, library, form.login())
        form = TryForm(labels)  # so that nothing typed comes back
    context = {
        **admin.site.each_context(request),
        "title": _("Try a card: %(library)s") % {"library": library},
        "opts": model_admin.opts,
        "library": library,
        "form": form,
        **found,
    }
    return TemplateResponse(request, "admin/cards/library/try.html", context)


def _visited(model_admin: admin.ModelAdmin, request: HttpRequest, library: Library, login: Login) -> dict[str, Any]:
    outcome = trying.try_card(library, login, now())
    if outcome is None:
        busy = _("No visit was made: the library is being visited at this moment. Try again in a minute.")
        model_admin.message_user(request, busy, messages.WARNING)
        return {}
    if outcome.name == "ok" and trying.confirm(library):
        library.confirmed = True
        model_admin.log_change(request, library, [{"changed": {"fields": [str(_("confirmed"))]}}])
        done = _("%(library)s is confirmed: it takes families' cards from now on.") % {"library": library}
        model_admin.message_user(request, done, messages.SUCCESS)
    return _told(outcome)


def _told(outcome: Outcome) -> dict[str, Any]:
    account = from_json(outcome.stored) if outcome.stored else None
    kind = Trouble(outcome.trouble)
    return {
        "outcome": outcome,
        "account": account,
        "read_at": outcome.began,
        "trouble": kind.label,
        "advice": ADVICE.get(kind, LATER),
    }
