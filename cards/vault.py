"""Seals card numbers and PINs: AES-256-GCM, bound to the card and the field they belong to."""

import hashlib
import hmac
import secrets
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

VERSION = b"\x01"
NONCE_BYTES = 12  # NIST SP 800-38D, 8.2: 96 bits


class CannotOpen(Exception):
    """No key in CARD_KEYS opens this value, or it was copied from another card. Nothing is overwritten."""


@lru_cache(maxsize=16)
def _derived(secret: str, purpose: bytes) -> bytes:
    """A key of 32 bytes for one purpose, from a secret of 32 characters or more (RFC 5869)."""
    return HKDF(algorithm=SHA256(), length=32, salt=b"libraryhippo", info=purpose).derive(secret.encode())


def _bound_to(card: UUID, field: str) -> bytes:
    return card.bytes + field.encode()


def seal(text: str, card: UUID, field: str) -> bytes:
    """`text` encrypted with the first key, for this field of this card alone."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    key = AESGCM(_derived(settings.CARD_KEYS[0], b"seal"))
    return VERSION + nonce + key.encrypt(nonce, text.encode(), VERSION + _bound_to(card, field))


def unseal(sealed: bytes | memoryview, card: UUID, field: str) -> str:
    """What `seal` sealed, whichever of the keys it was. Raises CannotOpen."""
    return _opened(bytes(sealed), card, field)[1]


def key_of(sealed: bytes | memoryview, card: UUID, field: str) -> int:
    """Which of CARD_KEYS sealed it: 0 is the one that seals today. Raises CannotOpen."""
    return _opened(bytes(sealed), card, field)[0]


def _opened(sealed: bytes, card: UUID, field: str) -> tuple[int, str]:
    version, nonce, secret = sealed[:1], sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    if version != VERSION or len(nonce) != NONCE_BYTES:
        raise CannotOpen("cut short, or sealed by a version of LibraryHippo that this one does not know")
    for place, each in enumerate(settings.CARD_KEYS):
        key = AESGCM(_derived(each, b"seal"))
        try:
            return place, key.decrypt(nonce, secret, version + _bound_to(card, field)).decode()
        except InvalidTag:
            continue
    raise CannotOpen("no key in CARD_KEYS opens it")


def fingerprint(library: int, number: str) -> str:
    """Equal for equal card numbers of one library, and tells nothing to those without the key."""
    return _fingerprint(settings.CARD_KEYS[0], library, number)


def fingerprints(library: int, number: str) -> list[str]:
    """The fingerprint under each key, for finding cards that an older key marked."""
    return [_fingerprint(each, library, number) for each in settings.CARD_KEYS]


def _fingerprint(secret: str, library: int, number: str) -> str:
    same = f"{library}:{''.join(number.split()).upper()}"
    return hmac.new(_derived(secret, b"fingerprint"), same.encode(), hashlib.sha256).hexdigest()
