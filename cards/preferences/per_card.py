"""Days ahead for single cards, for people who want some of them told of earlier or later."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from cards.models import Card, CardChoice, User
from cards.preferences import choices


class PerCardForm(forms.Form):
    """A field for each card of the person's families; empty is as for all cards."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, user: User) -> None:
        super().__init__(data, label_suffix="")
        self.user, self.chosen = user, user.days_by_card()
        cards = Card.objects.kept().filter(family__people=user).select_related("library")
        for card in cards.only("patron_name", "library__name", "position", "family_id"):
            self.fields[f"card-{card.pk}"] = self._field(card)

    def _field(self, card: Card) -> forms.Field:
        offered = [("", _("As for all cards")), *choices.days_ahead()]
        return forms.TypedChoiceField(
            label=str(card),
            choices=offered,
            coerce=int,
            empty_value=None,
            required=False,
            initial=self.chosen.get(str(card.pk), ""),
        )

    def keep(self) -> None:
        """Saves what is chosen, and forgets what no longer is."""
        wanted = {name.removeprefix("card-"): days for name, days in self.cleaned_data.items()}
        CardChoice.objects.filter(user=self.user, card__in=[card for card in wanted if wanted[card] is None]).delete()
        rows = [
            CardChoice(user=self.user, card_id=card, days_ahead=days)
            for card, days in wanted.items()
            if days is not None
        ]
        CardChoice.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["user", "card"], update_fields=["days_ahead"]
        )
