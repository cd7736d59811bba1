"""A worker: which messages, and what to do about each."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from fanfare.event.v1.dead_lettered_pb2 import DeadLettered
from google.protobuf.message import Message

from .contract import EventContract, WorkContract, event_contract, work_contract
from .envelope import Refused, decode, traceparent_of
from .held import Held
from .outcome import Outcome

M = TypeVar("M", bound=Message)
# Each costs memory and its own share of what the handler uses; a wish beyond this is a mistake.
MAX_CONCURRENCY = 64


@dataclass(frozen=True)
class Item(Generic[M]):
    """One message as a handler sees it: decoded, valid, and of the agency and lane that its subject names."""

    message: M
    subject: str
    # `Nats-Msg-Id`, or a name made of stream, sequence and time for a message without one.
    message_id: str
    # How often the broker has handed it out, this time included. Waiting counts too.
    handed_out: int
    traceparent: str | None
    published_ms: int


Handler = Callable[[Item], Awaitable[Outcome]]


@dataclass(frozen=True)
class Queue:
    """One durable consumer to pull from. `subject_filter` is set where the worker makes the consumer itself."""

    stream: str
    durable: str
    subject_filter: str | None = None
    max_ack_pending: int = 0


@dataclass(frozen=True)
class TaskWorker:
    """Takes tasks of one type from all lanes of its queue. The topology makes the consumers; this only pulls."""

    message_type: type[Message]
    handle: Handler
    # Messages in work at once, a lane and instance; the lane's limit holds over all instances.
    concurrency: int = 4
    # Another contract than the one that the type declares, for tests.
    contract: WorkContract | None = None

    def __post_init__(self) -> None:
        _check(self.concurrency)

    @property
    def limits(self) -> WorkContract:
        return self.contract or work_contract(self.message_type)

    @property
    def queues(self) -> list[Queue]:
        return [Queue(self.limits.stream, lane.durable) for lane in self.limits.lanes]

    def admit(self, held: Held) -> Item:
        """Raises Refused for a message that no handler may see."""
        if len(held.body) > self.limits.max_message_bytes:
            allowed = self.limits.max_message_bytes
            raise Refused("invalid", f"The body has {len(held.body)} bytes; {self.limits.type_name} allows {allowed}.")
        return _item(self.message_type, self.limits, held)


@dataclass(frozen=True)
class FactLimits:
    """What a task's contract says of its queue, and a fact's leaves to who listens. Times are in seconds."""

    type_name: str
    ack_wait: float
    max_failures: int
    backoff_initial: float
    backoff_max: float


@dataclass(frozen=True)
class FactWorker:
    """Takes facts of one type from their stream, under a durable consumer of its own, which it makes itself."""

    message_type: type[Message]
    handle: Handler
    # Names the listener: every durable gets every fact, instances of one durable share them.
    durable: str
    concurrency: int = 1
    ack_wait: float = 60
    max_failures: int = 10
    backoff_initial: float = 1
    backoff_max: float = 60
    # In flight over all instances, those that wait included.
    max_ack_pending: int = 1_000

    def __post_init__(self) -> None:
        _check(self.concurrency)

    @property
    def contract(self) -> EventContract:
        return event_contract(self.message_type)

    @property
    def limits(self) -> FactLimits:
        return FactLimits(self.contract.type_name, self.ack_wait, self.max_failures, self.backoff_initial, self.backoff_max)

    @property
    def queues(self) -> list[Queue]:
        return [Queue(self.contract.stream, self.durable, self.contract.subject_filter, self.max_ack_pending)]

    def admit(self, held: Held) -> Item:
        """Raises Refused for a message that no handler may see."""
        return _item(self.message_type, self.contract, held)


def _item(message_type: type[M], contract: WorkContract | EventContract, held: Held) -> Item[M]:
    message = decode(message_type, held.headers, held.body)
    # Broker permissions bind a publisher to the subjects of its agencies; the body must not say otherwise.
    if (said := contract.subject(message)) != held.subject:
        raise Refused("invalid", f"The body's agency_id and lane belong on {said}, but the message came on {held.subject}.")
    message_id = held.headers.get("Nats-Msg-Id") or f"{held.stream}:{held.sequence}:{held.published_ms}"
    return Item(message, held.subject, message_id, held.deliveries, traceparent_of(held.headers), held.published_ms)


def _check(concurrency: int) -> None:
    # Read now, so that a contract without dead letters fails here and not with the first bad message.
    event_contract(DeadLettered)
    if not 1 <= concurrency <= MAX_CONCURRENCY:
        raise ValueError(f"concurrency is {concurrency}; it must be from 1 to {MAX_CONCURRENCY}.")
