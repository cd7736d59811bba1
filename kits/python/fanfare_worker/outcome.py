"""What became of one message. Handlers return it, and settle.py alone turns it into an acknowledgement."""

import random
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Outcome:
    kind: Literal["done", "skip", "retry", "defer", "reject"]
    reason: str = ""
    detail: str = ""
    # Seconds; None lets the contract's back-off decide.
    delay: float | None = None


def done() -> Outcome:
    """The effect is committed."""
    return Outcome("done")


def skip(reason: str) -> Outcome:
    """Decided not to act, and recorded that."""
    return Outcome("skip", reason)


def retry(reason: str, delay: float | None = None) -> Outcome:
    """May work later. Counts as a failure; so does an exception."""
    return Outcome("retry", reason, delay=delay)


def defer(reason: str, delay: float) -> Outcome:
    """Not now: paused, rate, back-pressure. Never counts as a failure."""
    return Outcome("defer", reason, delay=delay)


def reject(reason: str, detail: str) -> Outcome:
    """Never will work. The message is stored as a dead letter, whole, and only then taken off its queue."""
    return Outcome("reject", reason, detail)


def full_jitter(attempt: int, initial: float, longest: float) -> float:
    """Seconds before the next try: a random part of a growing span, so that what failed together comes back apart."""
    return max(0.001, min(longest, initial * 2 ** max(0, min(attempt, 64) - 1)) * random.random())
