"""Turns outcomes into acknowledgements. Nothing else acknowledges."""

import logging
import re
import time

from fanfare.event.v1.dead_lettered_pb2 import DeadLettered
from nats.aio.client import Client
from nats.js.errors import KeyNotFoundError

from .envelope import traceparent_of
from .held import Held
from .outcome import Outcome, full_jitter
from .publish import Publisher

log = logging.getLogger(__name__)

FAILURES_BUCKET = "FAILURES"
# A delay that a handler asks for by mistake must not park a message for ever.
MAX_DELAY_S = 24 * 3600
# A validation of a hostile body can say as much as the body itself.
MAX_DETAIL_CHARS = 2_000
# After the bucket was away it is left alone for a while: messages that fail together must not each wait for a time-out.
BUCKET_REST_S = 5
_AGENCY = re.compile(r"[0-9a-zA-Z_-]{1,64}")


class Settler:
    """For one durable. `worker` stands in dead letters, for example reporter@host:17."""

    def __init__(self, client: Client, limits, durable: str, worker: str, publisher: Publisher) -> None:
        self._stream = client.jetstream(timeout=2)
        self._limits = limits
        self._durable = durable
        self._worker = worker
        self._publisher = publisher
        self._bucket = None
        self._rest_until = 0.0

    async def settle(self, held: Held, outcome: Outcome) -> None:
        match outcome.kind:
            case "done" | "skip":
                await held.ack()
            case "defer":
                await self._give_back(held, outcome.delay or 0)
            case "reject":
                await self.bury(held, "rejected", f"{outcome.reason}: {outcome.detail}", 0)
            case "retry":
                await self._fail(held, outcome)

    async def bury(self, held: Held, reason: str, detail: str, failures: int) -> None:
        """Stores the message as a dead letter, then takes it off its queue; a message that cannot be stored stays."""
        try:
            letter = self._dead_letter(held, reason, detail, failures)
            await self._publisher.publish(letter, event_id=letter.id, traceparent=traceparent_of(held.headers))
        except Exception as error:
            log.error("a dead letter could not be stored; its message stays on the queue", extra={"detail": str(error)})
            return await self._give_back(held, self._backoff(held.deliveries))
        await held.term(reason)
        log.warning("dead letter", extra={"deadLetterId": letter.id, "reason": reason, "subject": held.subject})

    async def _fail(self, held: Held, outcome: Outcome) -> None:
        failures = await self._count_failure(held)
        if failures is not None and failures >= self._limits.max_failures:
            detail = f"Handling failed {failures} times; the last time: {outcome.reason}"
            return await self.bury(held, "failures_spent", detail, failures)
        delay = self._backoff(failures or held.deliveries) if outcome.delay is None else outcome.delay
        await self._give_back(held, delay)

    def _backoff(self, attempt: int) -> float:
        return full_jitter(attempt, self._limits.backoff_initial, self._limits.backoff_max)

    async def _give_back(self, held: Held, delay: float) -> None:
        await held.nak(min(max(0.0, delay), MAX_DELAY_S))

    async def _count_failure(self, held: Held) -> int | None:
        """
        The broker's own count will not do, since waiting adds to it. Best effort: a failure that cannot be counted is not
        counted, and the message is tried again. The bucket is shared by all instances in all languages.
        """
        if time.monotonic() < self._rest_until:
            return None
        try:
            if self._bucket is None:
                self._bucket = await self._stream.key_value(FAILURES_BUCKET)
            before = 0
            # A message that was never handed out before cannot have failed before.
            if held.deliveries > 1:
                try:
                    before = int((await self._bucket.get(held.key)).value or b"0")
                except KeyNotFoundError:
                    before = 0
            await self._bucket.put(held.key, str(before + 1).encode())
            return before + 1
        except Exception as error:
            log.warning("failures cannot be counted", extra={"detail": repr(error)})
            self._bucket = None
            self._rest_until = time.monotonic() + BUCKET_REST_S
            return None

    def _dead_letter(self, held: Held, reason: str, detail: str, failures: int) -> DeadLettered:
        agency = (held.subject.split(".") + [""] * 5)[4]
        letter = DeadLettered(
            # The same message gives the same id, so storing it twice is storing it once.
            id=f"{held.stream}:{held.sequence}:{held.published_ms}",
            agency_id=agency if _AGENCY.fullmatch(agency) else "unknown",
            stream=held.stream,
            subject=held.subject,
            durable=self._durable,
            message_type=self._limits.type_name,
            reason=reason,
            detail=detail.encode("utf-8", "replace").decode()[:MAX_DETAIL_CHARS],
            headers={name: value.encode("utf-8", "replace").decode() for name, value in held.headers.items()},
            body=held.body,
            deliveries=held.deliveries,
            failures=failures,
            worker=self._worker,
        )
        letter.dead_lettered_at.GetCurrentTime()
        return letter
