"""The pages for patrons."""

from django.urls import URLPattern, URLResolver, path

from cards.views.unsubscribe import unsubscribe

urlpatterns: list[URLPattern | URLResolver] = [
    path("unsubscribe/<token>/", unsubscribe, name="unsubscribe"),
]
