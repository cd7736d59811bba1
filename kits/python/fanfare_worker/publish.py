"""Puts facts and tasks on their streams."""

from contextvars import ContextVar

from fanfare.options.v1 import topology_pb2
from google.protobuf.message import Message
from nats.aio.client import Client

from .contract import event_contract, work_contract
from .envelope import cloud_event_headers, violations_of

# A handler runs under the trace of its message, and what it publishes carries that trace on.
current_traceparent: ContextVar[str | None] = ContextVar("traceparent", default=None)
PUBLISH_TIMEOUT_S = 5


class Publisher:
    """`source` names the program in headers, for example reporter@host:17."""

    def __init__(self, client: Client, source: str) -> None:
        self._stream = client.jetstream(timeout=PUBLISH_TIMEOUT_S)
        self._source = source

    async def publish(self, message: Message, *, event_id: str | None = None, traceparent: str | None = None) -> None:
        """
        Returns when the broker has stored it. A fact needs an `event_id`, which says which fact it is: publishing it again is
        publishing it once. A task's id is its agency and idempotency key. Raises ValueError for one that breaks its contract.
        """
        if violations := violations_of(message):
            raise ValueError(f"{message.DESCRIPTOR.full_name} breaks its contract: {violations}")
        if message.DESCRIPTOR.GetOptions().HasExtension(topology_pb2.work):
            contract = work_contract(type(message))
            event_id = f"{message.agency_id}:{message.idempotency_key}"
        else:
            contract = event_contract(type(message))
            if event_id is None:
                raise ValueError(f"{contract.type_name} is a fact; it needs an event_id that says which one.")
        headers = cloud_event_headers(
            contract.type_name,
            event_id=event_id,
            source=self._source,
            traceparent=traceparent or current_traceparent.get(),
        )
        await self._stream.publish(contract.subject(message), message.SerializeToString(), headers=headers)
