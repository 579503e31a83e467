"""What is encrypted for a site's login opens with that site's private key."""

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from libraries.errors import LayoutChanged
from libraries.rsa import encrypted


def test_what_is_encrypted_opens_with_the_private_key() -> None:
    private = generate_private_key(public_exponent=65537, key_size=1024)
    numbers = private.public_key().public_numbers()
    sealed = encrypted("00471122|geheim-ü|x".encode(), modulus=numbers.n, exponent=numbers.e)
    assert private.decrypt(sealed, PKCS1v15()).decode() == "00471122|geheim-ü|x"


def test_a_key_too_short_for_the_message_is_refused() -> None:
    with pytest.raises(LayoutChanged):
        encrypted(b"x" * 60, modulus=2**511 + 1, exponent=65537)
