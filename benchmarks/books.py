"""`python -m benchmarks.books < places`: puts a town's cards into an empty database; all are due."""

import json
import sys
from datetime import timedelta


def main() -> None:
    """As the settings say where."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from cards.models import Card, Family, Library

    call_command("migrate", verbosity=0)
    family, due = Family.objects.create(name="Benchmark"), timezone.now() - timedelta(hours=1)
    for number, place in enumerate(json.load(sys.stdin)):
        options = {"base_url": place["url"], "dates": "mdy"}
        library = Library.objects.create(slug=f"l{number}", name=f"Library {number}", system="webpac", options=options)
        cards = []
        for code, pin, name in place["logins"]:
            card = Card(family=family, library=library, patron_name=name)
            card.seal(number=code, pin=pin)
            card.next_check_at = due
            cards.append(card)
        Card.objects.bulk_create(cards, batch_size=500)


if __name__ == "__main__":
    main()
