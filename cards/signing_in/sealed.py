"""Secrets of second factors in the database: sealed like card numbers, by the first of CARD_KEYS."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator

from cards import vault

_BOUND, _FIELD = UUID("6f1c3d52-70a1-4a53-9c0e-1f6c7d3b5a90"), "second factor"
_SECRET = {Authenticator.Type.TOTP: "secret", Authenticator.Type.RECOVERY_CODES: "seed"}


def seal(text: str) -> str:
    """Before it is stored."""
    return vault.seal(text, _BOUND, _FIELD).hex()


def unseal(sealed: str) -> str:
    """After it was read. Raises vault.CannotOpen."""
    return vault.unseal(bytes.fromhex(sealed), _BOUND, _FIELD)


def reseal() -> tuple[int, list[int]]:
    """Seals anew what an older key sealed: how many, and the ids of those that no key opens. Safe to repeat."""
    resealed, closed = 0, []
    for factor, name in _stored():
        before: dict[str, Any] = factor.data
        try:
            if vault.key_of(bytes.fromhex(before[name]), _BOUND, _FIELD) == 0:
                continue
            anew = {**before, name: seal(unseal(before[name]))}
        except vault.CannotOpen:
            closed.append(factor.pk)
            continue
        resealed += Authenticator.objects.filter(pk=factor.pk, data=before).update(data=anew)
    return resealed, closed


def _stored() -> Iterator[tuple[Authenticator, str]]:
    for factor in Authenticator.objects.filter(type__in=_SECRET).order_by("pk"):
        yield factor, _SECRET[Authenticator.Type(factor.type)]
