"""Strikes out of a sentence what is a person's, before it is printed or logged."""

import re

ADDRESS = re.compile(r"[^\s<>\"'(=,:]+@[^\s<>\"'),:]+")
# Seven digits or more, or three groups of digits and more ("2 1234 5678"), but not as a part of a UUID.
NUMBER = re.compile(r"(?<![\w-])(?:\d{7,}|\d+(?: \d{3,}){2,})(?![\w-])")


def without_personal_data(said: str) -> str:
    """`said` with e-mail addresses and long numbers struck out."""
    return NUMBER.sub("[number]", ADDRESS.sub("[address]", said))
