"""What people write about their family: its name and clock, whom they invite; and that they mean it."""

from functools import cache
from itertools import groupby
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from cards.models import Family
from notifications.scraped import clean

REGIONS = (
    *(gettext_noop("Africa"), gettext_noop("America"), gettext_noop("Antarctica"), gettext_noop("Asia")),
    *(gettext_noop("Atlantic"), gettext_noop("Australia"), gettext_noop("Europe"), gettext_noop("Indian")),
    gettext_noop("Pacific"),
)


@cache
def _places() -> frozenset[str]:
    """Reading them from the disk takes a while."""
    return frozenset(name for name in available_timezones() if name.partition("/")[0] in REGIONS)


def zones() -> list[tuple[str, list[tuple[str, str]]]]:
    """The time zones by part of the world, named as people know them; the site's own among them."""
    ordered = sorted(_places() | {settings.TIME_ZONE})
    parts = groupby(ordered, key=lambda name: name.partition("/")[0])
    return [(gettext(part), [(name, _spoken(name)) for name in group]) for part, group in parts]


def _spoken(name: str) -> str:
    return name.partition("/")[2].replace("_", " ").replace("/", ", ") or name


class FamilyForm(forms.ModelForm):  # type: ignore[type-arg]  # at run time it takes no type
    """A family's name and its clock."""

    timezone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("By this clock your mail comes, and a day is over."), choices=zones
    )

    class Meta:
        model = Family
        fields = ("name", "timezone")
        labels = {"name": _("Name of the family")}  # noqa: RUF012

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs |= {"autocomplete": "off", "autofocus": self.instance.pk is None}
        zone = self.fields["timezone"]
        if self.instance.pk is None:
            zone.initial = settings.TIME_ZONE
            zone.widget.attrs["data-guess"] = not self.is_bound

    def clean_name(self) -> str:
        """On one line: it stands in subjects of mails."""
        return clean(self.cleaned_data["name"])


class InvitationForm(forms.Form):
    """Whom to invite."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "inputmode": "email"}),
    )


class DeletionForm(forms.Form):
    """The person's own address, typed again: nobody does that by accident."""

    email = forms.CharField(
        label=_("Your e-mail address, to be sure"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, address: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._address = address

    def clean_email(self) -> str:
        """Refuses any other."""
        typed = str(self.cleaned_data["email"]).strip().lower()
        if typed != self._address.lower():
            raise forms.ValidationError(_("This is not the address of your account. Nothing was deleted."))
        return typed
