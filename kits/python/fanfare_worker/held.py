"""A message that the broker handed to this process and that is not settled yet."""

import json
import re
import time
from dataclasses import dataclass, field

from nats.aio.client import Client
from nats.aio.msg import Msg

# Nats-Batch-* and Nats-Expected-* were orders to the broker at publication, not part of the message.
_PUBLICATION_HEADER = re.compile(r"^Nats-(?:Batch|Expected)-", re.IGNORECASE)


@dataclass(eq=False)
class Held:
    """`deliveries` counts how often it was handed out, waiting included; it says nothing about failures."""

    client: Client
    reply: str
    subject: str
    body: bytes
    headers: dict[str, str]
    stream: str
    sequence: int
    deliveries: int
    published_ms: int
    settled: bool = False
    held_at: float = field(default_factory=time.monotonic)

    @property
    def key(self) -> str:
        """Names this one publication of this message."""
        return f"{self.stream}.{self.sequence}.{self.published_ms}"

    async def ack(self) -> None:
        await self._settle("+ACK")

    async def nak(self, delay: float) -> None:
        """Gives it back; the broker hands it out again after `delay` seconds."""
        await self._settle("-NAK " + json.dumps({"delay": round(delay * 1e9)}) if delay > 0 else "-NAK")

    async def term(self, reason: str) -> None:
        """Takes it off the queue for good, undone."""
        await self._settle(f"+TERM {reason}")

    async def working(self) -> None:
        """Tells the broker that somebody is still at it."""
        if not self.settled:
            await self.client.publish(self.reply, b"+WPI")

    async def _settle(self, payload: str) -> None:
        if not self.settled:
            self.settled = True
            await self.client.publish(self.reply, payload.encode())


def held_message(client: Client, msg: Msg) -> Held | None:
    """
    None when the reply subject is none of JetStream's: `$JS.ACK.<stream>.<consumer>.<delivered>.<sequence>.
    <consumer sequence>.<ns>.<pending>`, or with domain and account after ACK (ADR-15 of nats-architecture-and-design).
    """
    tokens = (msg.reply or "").split(".")
    if tokens[:2] != ["$JS", "ACK"] or len(tokens) < 9:
        return None
    stream, _, deliveries, sequence, _, published_ns = tokens[2:8] if len(tokens) == 9 else tokens[4:10]
    return Held(
        client,
        msg.reply,
        msg.subject,
        msg.data,
        {name: value for name, value in (msg.headers or {}).items() if not _PUBLICATION_HEADER.match(name)},
        stream,
        int(sequence),
        int(deliveries),
        int(published_ns) // 1_000_000,
    )
