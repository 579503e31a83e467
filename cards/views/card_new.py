"""Adding a card: find the library, type what it asks for, and have that tried."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from cards.card_desk import drafts, patience, sharing
from cards.card_desk.asking import asked_by
from cards.card_desk.finding import find
from cards.card_desk.forms import LoginForm
from cards.checking import check_now
from cards.models import Card, Library
from cards.views.desk import SECRETS, own_family, person, see_other
from cards.views.live import follows
from cards.views.private import for_people

LONGEST_QUERY = 100


@require_safe
@for_people
def choose_library(request: HttpRequest, pk: int) -> HttpResponse:
    """The libraries by name and place; with scripts the list follows what is typed."""
    family, query = own_family(request, pk), request.GET.get("q", "").strip()[:LONGEST_QUERY]
    template = "cards/libraries.html" if follows(request) else "cards/choose_library.html"
    return render(request, template, {"family": family, "query": query, "shelf": find(query)})


@sensitive_post_parameters(*SECRETS)
@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def new_card(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """The form, in the words of the library; what is sent is tried before it is saved."""
    family = own_family(request, pk)
    library = get_object_or_404(Library.objects.visited(), slug=slug)
    data = request.POST if request.method == "POST" else None
    form = LoginForm(asked_by(library), data, initial={"patron_name": _expected_name(request, family.pk)})
    if form.is_valid():
        card = drafts.begin(person(request), family, library, form.given(), timezone.now())
        if tries(request, card, form):
            return see_other("card_trial", card.pk)
    return render(request, "cards/new_card.html", {"family": family, "library": library, "form": form})


def _expected_name(request: HttpRequest, family: int) -> str:
    """A family's first card is mostly that of whoever adds it."""
    return "" if Card.objects.kept().filter(family=family).exists() else person(request).name


def tries(request: HttpRequest, card: Card, form: LoginForm) -> bool:
    """Stores the draft and begins a visit; or says in the form why not."""
    now, number = timezone.now(), form.given().number or ""
    if twin := sharing.twin(card, number):
        form.add_error(
            "number", _("This card is in your family already: it is %(name)s’s.") % {"name": twin.patron_name}
        )
    elif not patience.may_try(person(request), card, now):
        form.add_error(None, patience.too_often())
    else:
        drafts.save(card)
        check_now([card], now=now)
    return form.is_valid()
