"""Workers for Fanfare in Python: you write the handler, the kit does the rest. See kits/python/README.md."""

from .contract import EventContract, Lane, WorkContract, event_contract, work_contract
from .outcome import Outcome, defer, done, reject, retry, skip
from .program import Program, run_program
from .publish import Publisher
from .worker import FactWorker, Item, TaskWorker

__all__ = [
    "EventContract",
    "FactWorker",
    "Item",
    "Lane",
    "Outcome",
    "Program",
    "Publisher",
    "TaskWorker",
    "WorkContract",
    "defer",
    "done",
    "event_contract",
    "reject",
    "retry",
    "run_program",
    "skip",
    "work_contract",
]
