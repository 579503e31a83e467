"""The values that adapters give: frozen, and a loan made quickly is what its fields say."""

import inspect
from dataclasses import MISSING, FrozenInstanceError, fields, replace
from datetime import date

import pytest

from libraries.account import Loan


def test_a_loan_is_made_of_its_fields_with_their_defaults() -> None:
    parameters = inspect.signature(Loan).parameters
    assert all(each.kind is inspect.Parameter.KEYWORD_ONLY for each in parameters.values())
    defaults = {name: MISSING if each.default is each.empty else each.default for name, each in parameters.items()}
    assert defaults == {each.name: each.default for each in fields(Loan)}


def test_each_field_of_a_loan_holds_what_it_was_given() -> None:
    given = {each.name: object() for each in fields(Loan)}
    loan = Loan(**given)  # type: ignore[arg-type]
    assert {each.name: getattr(loan, each.name) for each in fields(Loan)} == given


def test_a_loan_cannot_be_changed_but_copied_and_compared() -> None:
    loan = Loan(id="1", title="Tin Moon", due=date(2026, 5, 4))
    with pytest.raises(FrozenInstanceError):
        loan.title = "Tin Sun"  # type: ignore[misc]
    assert replace(loan, title="Tin Sun").title == "Tin Sun"
    assert {loan, replace(loan)} == {loan}
    assert "Tin" not in repr(loan)
