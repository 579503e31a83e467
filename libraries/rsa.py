"""Encrypts for sites whose login wants it by RSA (PKCS #1 v1.5, RFC 8017 section 7.2.1), whatever their key's size."""

from secrets import randbelow

from libraries.errors import LayoutChanged

FRAME = 11  # bytes around the message: 00 02, eight or more of padding, 00


def encrypted(message: bytes, *, modulus: int, exponent: int) -> bytes:
    """The message for the owner of that public key. Raises LayoutChanged for a key that has no room for it."""
    size = (modulus.bit_length() + 7) // 8
    if len(message) > size - FRAME or exponent < 3:
        raise LayoutChanged("a public key that does not fit")
    padding = bytes(1 + randbelow(255) for _ in range(size - len(message) - 3))
    block = b"\x00\x02" + padding + b"\x00" + message
    return pow(int.from_bytes(block), exponent, modulus).to_bytes(size)
