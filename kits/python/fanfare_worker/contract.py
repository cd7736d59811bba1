"""How messages travel, read from the options of their types. Nothing of it is written twice."""

from dataclasses import dataclass
from functools import cache

from fanfare.options.v1 import lane_pb2, topology_pb2
from google.protobuf.message import Message

LANE_NAMES = {
    lane_pb2.LANE_URGENT: "urgent",
    lane_pb2.LANE_STANDARD: "standard",
    lane_pb2.LANE_BULK: "bulk",
}


@dataclass(frozen=True)
class Lane:
    """One durable consumer with a limit of its own."""

    number: int
    name: str
    durable: str
    max_ack_pending: int


@dataclass(frozen=True)
class WorkContract:
    """How a task travels. Times are in seconds."""

    type_name: str
    stream: str
    queue: str
    ack_wait: float
    max_failures: int
    backoff_initial: float
    backoff_max: float
    max_message_bytes: int
    lanes: tuple[Lane, ...]

    def subject(self, message: Message) -> str:
        """Where a task of this agency and lane belongs; a lane that is none gives a subject that no stream has."""
        lane = LANE_NAMES.get(message.lane, "none")
        return f"fanfare.work.{self.queue}.{lane}.{message.agency_id}"


@dataclass(frozen=True)
class EventContract:
    """How a fact travels."""

    type_name: str
    stream: str
    entity: str
    fact: str

    def subject(self, message: Message) -> str:
        """Where a fact about this agency belongs."""
        return f"fanfare.event.{self.entity}.{self.fact}.{message.agency_id}"

    @property
    def subject_filter(self) -> str:
        return f"fanfare.event.{self.entity}.{self.fact}.*"


@cache
def work_contract(message_type: type[Message]) -> WorkContract:
    """The contract of a task. Raises TypeError for a type that travels on no work queue."""
    options = message_type.DESCRIPTOR.GetOptions()
    name = message_type.DESCRIPTOR.full_name
    if not options.HasExtension(topology_pb2.work):
        raise TypeError(f"{name} carries no option (fanfare.options.v1.work): use a type of fanfare.work.v1.")
    work = options.Extensions[topology_pb2.work]
    return WorkContract(
        type_name=name,
        stream=work.stream,
        queue=work.queue,
        ack_wait=work.ack_wait.ToTimedelta().total_seconds(),
        max_failures=work.max_failures,
        backoff_initial=work.backoff_initial.ToTimedelta().total_seconds(),
        backoff_max=work.backoff_max.ToTimedelta().total_seconds(),
        max_message_bytes=work.max_message_bytes,
        lanes=tuple(
            Lane(
                limit.lane,
                LANE_NAMES[limit.lane],
                f"{work.durable}-{LANE_NAMES[limit.lane]}",
                limit.max_ack_pending,
            )
            for limit in work.lanes
        ),
    )


@cache
def event_contract(message_type: type[Message]) -> EventContract:
    """The contract of a fact. Raises TypeError for a type that is published nowhere."""
    options = message_type.DESCRIPTOR.GetOptions()
    name = message_type.DESCRIPTOR.full_name
    if not options.HasExtension(topology_pb2.event):
        raise TypeError(f"{name} carries no option (fanfare.options.v1.event): use a type of fanfare.event.v1.")
    event = options.Extensions[topology_pb2.event]
    return EventContract(name, event.stream, event.entity, event.fact)
