"""A library that a run holds: the visit under way there, the card that comes next, and what becomes of both."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from queue import SimpleQueue
from uuid import UUID

from cards import claims, outcomes, vault
from cards.clock import Clock
from cards.jobs import Claimed, job_for, not_opened, policy, stuck
from cards.lanes import Lane, Outcome
from cards.models import Card, Run, Trouble
from cards.progress import Reporter
from libraries.web import Connections


@dataclass(frozen=True, kw_only=True)
class Round:
    """What the lanes of one run share. `stopped` says whether it is to end."""

    scope: claims.Scope
    run: Run
    clock: Clock
    report: Reporter
    stopped: Callable[[], bool]
    outcomes: SimpleQueue[tuple[Lane, Outcome]] = field(default_factory=SimpleQueue)

    def save(self, card: Card, outcome: Outcome, same_number: Collection[str] = ()) -> None:
        """Saves how a visit ended, counts it, and says so."""
        outcomes.save(outcome, token=self.scope.token, run=self.run, same_number=same_number)
        self.run.checked += 1
        self.run.ok += not outcome.trouble
        self.run.failed += bool(outcome.trouble)
        self.report.done(card.library.name, outcome)


class OpenLane:
    """Keeps one visit under way and one card claimed ahead, from the thread that talks to the database.

    `lost`: the library went to somebody else. `yields`: somebody waits for it. `since`: when the visit under way began.
    """

    def __init__(self, library: int, shared: Round) -> None:
        self.library, self._shared, self._token = library, shared, shared.scope.token
        self.under_way: Claimed | None = None
        self.since = shared.clock()
        self.lost = self.yields = False
        self._ahead: Claimed | None = None
        self.thread = Lane(str(library), Connections(policy()), shared.clock, shared.outcomes)
        self.thread.start()

    def feed(self) -> bool:
        """Sees that there is a visit to make and one to come. False: there is none left for us here."""
        while not self.under_way:
            self._ahead = self._ahead or self._next()
            if self._ahead is None:
                return False
            self._hand_over()
        self._ahead = self._ahead or self._next()
        return True

    def ended(self, outcome: Outcome) -> None:
        """The visit under way is over: the next one begins, and what this one brought is saved."""
        done, self.under_way = self.under_way, None
        if done is None:
            return
        # After a refusal the stop is saved first: the next card may bear the same number.
        if outcome.trouble != Trouble.LOGIN_FAILED:
            self._hand_over()
        self._shared.save(done.card, outcome, vault.fingerprints(self.library, done.job.login.number))

    def close(self) -> None:
        """Lets others in."""
        self.thread.end()
        claims.release_lane(self.library, self._token)

    def give_up(self, now: datetime) -> None:
        """Goes on without a visit that does not end: its library's lease runs out by itself, not before."""
        self.thread.end()
        self._give_back()
        if self.under_way:
            self._shared.save(self.under_way.card, stuck(self.under_way.card, self.since, now))

    def _hand_over(self) -> None:
        """The card that comes next is visited, unless it was lost, edited or stopped since it was claimed."""
        now = self._shared.clock()
        if self._ahead and not self._ending() and claims.begin_visit(self._ahead.card, self._token, now):
            self.under_way, self.since, self._ahead = self._ahead, now, None
            self.thread.hand(self.under_way.job)
        else:
            self._give_back()

    def _give_back(self) -> None:
        if self._ahead:
            claims.give_back(self._ahead.card.pk, self._token)
        self._ahead = None

    def _next(self) -> Claimed | None:
        """Claims a card. One that does not open is saved as such and never visited."""
        now = self._shared.clock()
        self.yields = claims.others_wait(self.library, self._token, now)
        if self.yields or self._ending():
            return None
        while card := claims.claim(self._shared.scope, self.library, self._held(), now):
            try:
                return Claimed(card, job_for(card))
            except vault.CannotOpen:
                self._shared.save(card, not_opened(card, now))
        return None

    def _held(self) -> list[UUID]:
        return [each.card.pk for each in (self.under_way, self._ahead) if each]

    def _ending(self) -> bool:
        return self.lost or self._shared.stopped()
