"""What the lanes of one run share."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from queue import SimpleQueue

from cards import outcomes, vault
from cards.clock import Clock
from cards.jobs import Claimed
from cards.lanes import Lane, Outcome
from cards.models import Card, Run
from cards.progress import Reporter
from cards.scope import Scope


@dataclass(frozen=True, kw_only=True)
class Round:
    """`stopped` says whether the run is to end; after `closes` it begins no visit."""

    scope: Scope
    run: Run
    clock: Clock
    report: Reporter
    stopped: Callable[[], bool]
    closes: datetime | None = None
    outcomes: SimpleQueue[tuple[Lane, Outcome]] = field(default_factory=SimpleQueue)

    def over(self) -> bool:
        """Whether no visit is to begin any more."""
        return self.stopped() or (self.closes is not None and self.clock() >= self.closes)

    def save(self, card: Card, outcome: Outcome, claimed: Claimed | None = None) -> None:
        """Saves how a visit ended, counts it, and says so."""
        same = vault.fingerprints(card.library_id, claimed.job.login.number) if claimed and outcome.trouble else ()
        outcomes.save(outcome, token=self.scope.token, run=self.run, same_number=same, claimed=claimed)
        self.run.checked += 1
        self.run.ok += not outcome.trouble
        self.run.failed += bool(outcome.trouble)
        self.report.done(card.library.name, outcome)
