"""One durable consumer at work: pull, admit, handle, settle."""

import asyncio
import contextlib
import json
import logging
import time
from collections import Counter

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.api import AckPolicy, ConsumerConfig
from nats.js.errors import NotFoundError

from .envelope import Refused
from .held import Held, held_message
from .outcome import Outcome, full_jitter, retry
from .publish import current_traceparent
from .settle import Settler
from .worker import FactWorker, Queue, TaskWorker

log = logging.getLogger(__name__)

# A request lives this long on the broker; an idle worker renews it twice a minute.
REQUEST_LIFE_S = 30
# The broker says this often that the request still lives. It looks at the requests of a consumer that was resumed only then.
BROKER_HEARTBEAT_S = 2
# Three missed heartbeats: the request is lost.
SILENCE_LIMIT_S = 6
# Short, since a broker that is back should find its workers within seconds.
BACKOFF_INITIAL_S, BACKOFF_MAX_S = 0.1, 5.0
_NS = 1_000_000_000


class RunningLane:
    """Holds at most `concurrency` messages, each in work: nothing waits in memory where a drain would have to give it back."""

    def __init__(self, client: Client, worker: TaskWorker | FactWorker, queue: Queue, settler: Settler) -> None:
        self._client = client
        self._worker = worker
        self._queue = queue
        self._settler = settler
        self._inbox = client.new_inbox()
        self._held: dict[Held, asyncio.Task] = {}
        self._wake = asyncio.Event()
        self._stopping = False
        self._trouble: str | None = "starting"
        self._failures = 0
        self._requests = 0
        self._outstanding = 0
        self._heard_at = 0.0
        self._created = None
        self._loops: list[asyncio.Task] = []
        # Messages by outcome; refused ones never reached the handler.
        self.handled: Counter[str] = Counter()

    async def start(self) -> None:
        self._subscription = await self._client.subscribe(f"{self._inbox}.*", cb=self._on_message)
        self._loops = [asyncio.create_task(self._pull()), asyncio.create_task(self._heartbeat())]

    @property
    def trouble(self) -> str | None:
        """Why it gets no messages; None when it does, or would if there were any."""
        return self._trouble and f"{self._queue.durable}: {self._trouble}"

    @property
    def durable(self) -> str:
        return self._queue.durable

    @property
    def in_work(self) -> int:
        return len(self._held)

    async def drain(self, limit: float) -> int:
        """Asks no more, lets handlers finish for `limit` seconds, cancels the rest; answers how many those were."""
        self._stopping = True
        self._wake.set()
        if self._client.is_connected:
            # The broker stops at once; what was already on its way is given back by _on_message.
            await self._subscription.drain()
        unfinished = []
        if tasks := list(self._held.values()):
            _, unfinished = await asyncio.wait(tasks, timeout=limit)
        for task in [*unfinished, *self._loops]:
            task.cancel()
        await asyncio.gather(*unfinished, *self._loops, return_exceptions=True)
        return len(unfinished)

    def disturb(self, what: str) -> None:
        """The broker cannot be asked just now: look whether the consumer is still there before asking again."""
        self._outstanding, self._trouble = 0, what
        self._wake.set()

    async def _on_message(self, msg: Msg) -> None:
        self._heard_at = time.monotonic()
        if msg.subject.startswith(self._inbox):
            return self._on_status(msg)
        held = held_message(self._client, msg)
        if held is None:
            return
        self._outstanding = max(0, self._outstanding - 1)
        if self._stopping:
            return await held.nak(0)
        self._held[held] = asyncio.create_task(self._work(held))
        self._wake.set()

    def _on_status(self, msg: Msg) -> None:
        status = (msg.headers or {}).get("Status", "")
        if msg.subject != f"{self._inbox}.{self._requests}" or status == "100":
            return
        self._outstanding = 0
        # 404 and 408 are a request that ended; everything else is a consumer that cannot be asked just now.
        if status not in ("404", "408"):
            self._trouble = f"the broker answered {status or 'nothing'}"
        self._wake.set()

    async def _work(self, held: Held) -> None:
        try:
            await self._handle_and_settle(held)
        except asyncio.CancelledError:
            # The drain gave up waiting. It is no failure, and another instance may have it at once.
            await asyncio.shield(held.nak(0))
            raise
        except Exception as error:
            log.error("a message could not be settled; the broker hands it out again", extra={"detail": repr(error)})
        finally:
            del self._held[held]
            self._wake.set()

    async def _handle_and_settle(self, held: Held) -> None:
        try:
            item = self._worker.admit(held)
        except Refused as refusal:
            self.handled["refused"] += 1
            return await self._settler.bury(held, refusal.reason, str(refusal), 0)
        except Exception as error:
            # Rules that cannot be evaluated are our fault, not the message's: it is tried again, by a better release if need be.
            log.exception("a message could not be judged", extra={"subject": held.subject})
            return await self._settler.settle(held, retry(str(error)))
        current_traceparent.set(item.traceparent)
        try:
            outcome = await self._worker.handle(item)
            if not isinstance(outcome, Outcome):
                raise TypeError(f"The handler returned {outcome!r}, which is no outcome.")
        except Exception as error:
            log.exception("a handler failed", extra={"subject": held.subject})
            outcome = retry(f"{type(error).__name__}: {error}")
        self.handled[outcome.kind] += 1
        await self._settler.settle(held, outcome)

    async def _pull(self) -> None:
        while not self._stopping:
            if self._trouble is not None:
                await self._recover()
                continue
            wanted = self._worker.concurrency - len(self._held)
            if self._outstanding == 0 and wanted > 0:
                await self._request(wanted)
            self._wake.clear()
            try:
                await asyncio.wait_for(self._wake.wait(), SILENCE_LIMIT_S)
            except TimeoutError:
                if self._outstanding > 0 and time.monotonic() - self._heard_at >= SILENCE_LIMIT_S:
                    self.disturb("the broker is silent")

    async def _request(self, count: int) -> None:
        self._requests += 1
        self._outstanding, self._heard_at = count, time.monotonic()
        order = {"batch": count, "expires": REQUEST_LIFE_S * _NS, "idle_heartbeat": BROKER_HEARTBEAT_S * _NS}
        subject = f"$JS.API.CONSUMER.MSG.NEXT.{self._queue.stream}.{self._queue.durable}"
        try:
            await self._client.publish(subject, json.dumps(order).encode(), reply=f"{self._inbox}.{self._requests}")
        except NatsError as error:
            self.disturb(str(error))

    async def _recover(self) -> None:
        if self._failures:
            await asyncio.sleep(full_jitter(self._failures, BACKOFF_INITIAL_S, BACKOFF_MAX_S))
        try:
            info = await self._consumer_info()
        except Exception as error:
            self._failures += 1
            self._trouble = str(error) or type(error).__name__
            log.warning("cannot pull", extra={"durable": self._queue.durable, "detail": self._trouble})
            return
        if self._created not in (None, info.created):
            # Another consumer than before (a wiped disk): acknowledging what is held could hit a message with the same number.
            for held in self._held:
                held.settled = True
        self._created, self._trouble, self._failures = info.created, None, 0

    async def _consumer_info(self):
        stream = self._client.jetstream(timeout=BROKER_HEARTBEAT_S)
        try:
            return await stream.consumer_info(self._queue.stream, self._queue.durable)
        except NotFoundError:
            if self._queue.subject_filter is None:
                raise
        config = ConsumerConfig(
            # With a name the filter stands in the request's subject too, where the broker's permissions see it.
            name=self._queue.durable,
            durable_name=self._queue.durable,
            filter_subject=self._queue.subject_filter,
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=self._worker.limits.ack_wait,
            # Waiting uses up deliveries, so failures are counted elsewhere and deliveries are not limited.
            max_deliver=-1,
            max_ack_pending=self._queue.max_ack_pending,
        )
        return await stream.add_consumer(self._queue.stream, config)

    async def _heartbeat(self) -> None:
        """A message younger than a third of the ack wait needs none, so fast work costs no traffic."""
        interval = self._worker.limits.ack_wait / 3
        while True:
            await asyncio.sleep(interval)
            if not self._client.is_connected:
                continue
            for held in list(self._held):
                if time.monotonic() - held.held_at >= interval:
                    with contextlib.suppress(NatsError):
                        await held.working()
