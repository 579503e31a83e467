"""Marks answers that are for one person: no cache keeps them, no search engine lists them."""

from django.http import HttpResponseBase
from django.utils.cache import patch_cache_control


def private(answer: HttpResponseBase) -> HttpResponseBase:
    """The same answer, marked."""
    patch_cache_control(answer, private=True, no_store=True)
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer
