"""Dates on pages, as the language that is active writes them."""

from datetime import date, datetime

from django import template

from notifications import days

register = template.Library()


@register.filter(expects_localtime=True)
def day(value: date | datetime | None) -> str:
    """As "1 May 2026"; "" for none."""
    return days.written(value, "DATE_FORMAT") if value else ""


@register.filter(expects_localtime=True)
def moment(value: datetime | None) -> str:
    """As "1 May 2026, 6 p.m."; "" for none."""
    return days.written(value, "DATETIME_FORMAT") if value else ""
