"""The form of a person's preferences, in sections; cards that are to be told of otherwise have one of their own."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cards.models import User
from cards.preferences import choices, owing
from cards.preferences.vacation import check_vacation
from cards.timetable import Timetable
from notifications.kinds import MUTABLE

PLAIN = (
    "mail_on",
    "mail_hour",
    "mail_when",
    "weekly_word",
    "days_ahead",
    "away_from",
    "away_until",
    "language",
    "plain_text",
)
SAVED = (*PLAIN, "mail_weekdays", "muted")


class DayInput(forms.DateInput):
    """The browser's own calendar, which speaks ISO whatever the language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class PreferencesForm(forms.ModelForm):  # type: ignore[type-arg]
    """All of one person's wishes but those for single cards."""

    mail_hour = forms.TypedChoiceField(label=gettext_lazy("At what time"), coerce=int)
    weekdays = forms.MultipleChoiceField(
        label=gettext_lazy("On which days"),
        widget=forms.CheckboxSelectMultiple({"class": "week"}),
        help_text=gettext_lazy("News of a day without mail is in the next one."),
        error_messages={"required": gettext_lazy("Choose at least one day, or switch mail off.")},
    )
    days_ahead = forms.TypedChoiceField(label=gettext_lazy("Tell me of what is due"), coerce=int)
    news = forms.MultipleChoiceField(
        label=gettext_lazy("Kinds of news"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("What you leave out is kept out of your mails. The page shows it all the same."),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)

    class Meta:
        model = User
        fields = PLAIN
        widgets: ClassVar[dict[str, Any]] = {
            "mail_when": forms.RadioSelect,
            "away_from": DayInput,
            "away_until": DayInput,
        }
        labels: ClassVar[dict[str, Any]] = {
            "mail_on": gettext_lazy("Send me mail"),
            "mail_when": gettext_lazy("How often"),
            "weekly_word": gettext_lazy("A word after a quiet week"),
            "away_from": gettext_lazy("First day without mail"),
            "away_until": gettext_lazy("Last day without mail"),
            "plain_text": gettext_lazy("Plain text only"),
        }
        help_texts: ClassVar[dict[str, Any]] = {
            "weekly_word": gettext_lazy("After seven days without a mail: “All is well: 12 things at home …”"),
            "away_until": "",
            "plain_text": gettext_lazy("Mails without colours and buttons."),
        }

    def __init__(self, data: Mapping[str, Any] | None = None, *, instance: User, now: datetime) -> None:
        super().__init__(data, instance=instance, label_suffix="")
        self.now, self.was_on, self.before = now, self.instance.mail_on, Timetable.of(self.instance)
        self._offer()
        self.initial["weekdays"] = list(self.instance.mail_weekdays)
        self.initial["news"] = [kind for kind in MUTABLE if kind not in self.instance.muted]
        if self.instance.away_until and self.instance.away_until < self.today:
            self.initial["away_from"] = self.initial["away_until"] = None

    def _offer(self) -> None:
        """What can be chosen, in the active language. The widgets take it over from the fields."""
        offers = {
            "mail_hour": choices.hours(),
            "weekdays": choices.weekdays(),
            "days_ahead": choices.days_ahead(),
            "news": choices.news(),
            "language": [("", _("As my browser has it")), *settings.LANGUAGES],
        }
        for name, offered in offers.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]
        sites = {"language": dict(settings.LANGUAGES)[settings.LANGUAGE_CODE]}
        self.fields["language"].help_text = (
            _("Of these pages and of your mails. As long as you choose none, mails are in %(language)s.") % sites
        )

    @property
    def today(self) -> date:
        """The day on the person's clock."""
        return self.now.astimezone(self.before.zone).date()

    def clean(self) -> dict[str, Any]:
        """Turns what is ticked into what is kept."""
        cleaned = {**self.cleaned_data}
        self.instance.mail_weekdays = "".join(sorted(cleaned.get("weekdays", [])))
        self.instance.muted = [kind.value for kind in MUTABLE if kind not in cleaned.get("news", [])]
        return check_vacation(self, cleaned, self.today)

    @transaction.atomic
    def keep(self) -> User:
        """Saves these wishes and no other field; a mail that nobody wanted so far is not made up for."""
        user: User = self.instance
        user.save(update_fields=SAVED)
        owing.settle(user, self.before, was_on=self.was_on, now=self.now)
        return user
