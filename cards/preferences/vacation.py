"""The days of a vacation, as they were filled in."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _


def check_vacation(form: forms.BaseForm, cleaned: dict[str, Any], today: date) -> dict[str, Any]:
    """Both days or none; a first day that is missing is today. What cannot be is an error at its field."""
    first, last = cleaned.get("away_from"), cleaned.get("away_until")
    if first and not last and "away_until" not in form.errors:
        form.add_error("away_until", _("Until when?"))
    elif last and last < today:
        form.add_error("away_until", _("That day is over."))
    elif first and last and last < first:
        form.add_error("away_until", _("That is before the first day."))
    elif last and not first and "away_from" not in form.errors:
        return {**cleaned, "away_from": today}
    return cleaned
