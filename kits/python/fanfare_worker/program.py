"""The parts of a worker program that are the same in each: settings, connection, health, drain."""

import asyncio
import logging
import os
import re
import signal
import socket
import sys
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

from nats.aio.client import Client

from .envelope import validator
from .health import Page, serve_health
from .lane import RunningLane
from .log import set_up_logging
from .publish import Publisher
from .settings import Settings
from .settle import Settler
from .worker import FactWorker, TaskWorker

log = logging.getLogger(__name__)

# Kubernetes grants 30 s between SIGTERM and the kill.
DRAIN_LIMIT_S = 20.0
RECONNECT_WAIT_S = 1
PING_INTERVAL_S = 10


class Program:
    """Workers on one connection. `name` stands in headers and dead letters, for example reporter@host:17."""

    def __init__(self, service: str, client: Client) -> None:
        self.name = f"{service}@{socket.gethostname()}:{os.getpid()}"
        self.client = client
        self.publisher = Publisher(client, self.name)
        self.lanes: list[RunningLane] = []
        # Where its probes and pages are.
        self.url = ""
        self._draining = False

    async def start(self, worker: TaskWorker | FactWorker) -> None:
        """Begins to pull, whether or not the broker is there just now."""
        validator().collect_violations(worker.message_type())
        for queue in worker.queues:
            settler = Settler(self.client, worker.limits, queue.durable, self.name, self.publisher)
            lane = RunningLane(self.client, worker, queue, settler)
            self.lanes.append(lane)
            await lane.start()

    def trouble(self) -> str | None:
        """Why the program cannot do its work now; None when it can."""
        if self._draining:
            return "draining"
        if not self.lanes:
            return "starting"
        return next((lane.trouble for lane in self.lanes if lane.trouble), None)

    async def drain(self, limit: float = DRAIN_LIMIT_S) -> None:
        """Stops pulling, lets handlers finish and settles them. The connection stays open."""
        if self._draining:
            return
        self._draining = True
        unfinished = sum(await asyncio.gather(*(lane.drain(limit) for lane in self.lanes)))
        if self.client.is_connected:
            await self.client.flush(timeout=2)
        log.info("drained", extra={"unfinished": unfinished})

    def disturb(self, what: str) -> None:
        for lane in self.lanes:
            lane.disturb(what)


async def connect(url: str, name: str, on_change: Callable[[str], None] = lambda _: None) -> Client:
    """Waits for a broker that is away, and reconnects for ever. `url` may name several servers, separated by commas."""

    async def disconnected() -> None:
        if client.is_closed:
            return
        log.warning("disconnected from NATS")
        on_change("disconnected")

    async def reconnected() -> None:
        log.info("reconnected to NATS")
        on_change("reconnected")

    async def complain(error: Exception) -> None:
        log.warning("NATS reported an error", extra={"detail": str(error) or type(error).__name__})

    client = Client()
    # Answers come to an inbox of the user's own, the only one that a user of the house may read.
    users = [urlsplit(part.strip()).username or "" for part in url.split(",")]
    user = next((unquote(user) for user in users if re.fullmatch(r"[\w-]+", unquote(user))), None)
    await client.connect(
        [part.strip() for part in url.split(",")],
        name=name,
        inbox_prefix=f"_INBOX.{user}" if user else "_INBOX",
        max_reconnect_attempts=-1,
        reconnect_time_wait=RECONNECT_WAIT_S,
        ping_interval=PING_INTERVAL_S,
        disconnected_cb=disconnected,
        reconnected_cb=reconnected,
        error_cb=complain,
    )
    return client


Make = Callable[[Program], list[TaskWorker | FactWorker]]


async def _serve(service: str, settings: Settings, make: Make, pages: Page | None) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def on_signal(number: int) -> None:
        if stop.is_set():
            # The second signal means it.
            os._exit(128 + number)
        log.info("stopping", extra={"signal": signal.Signals(number).name})
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, on_signal, number)
    program: Program | None = None
    connecting = asyncio.create_task(connect(settings.nats_url, service, lambda what: program.disturb(what) if program else None))
    await asyncio.wait([connecting, stopping := asyncio.create_task(stop.wait())], return_when=asyncio.FIRST_COMPLETED)
    if not connecting.done():
        connecting.cancel()
        return
    program = Program(service, await connecting)
    health = await serve_health(settings.host, settings.health_port, program, pages)
    for worker in make(program):
        await program.start(worker)
    await stopping
    await program.drain()
    health.close()
    await program.client.close()
    log.info("stopped")


def run_program(service: str, make: Make, *, settings: Settings | None = None, pages: Page | None = None) -> None:
    """
    Runs until SIGTERM or SIGINT: then it stops pulling, finishes, settles, and exits 0. `make` gets the program (its publisher,
    its name) and answers the workers; `pages` may answer HTTP paths beside the probes. Without settings it reads the environment.
    """
    settings = settings or Settings.read(os.environ)
    set_up_logging(service, settings.log_level)
    try:
        asyncio.run(_serve(service, settings, make, pages))
    except Exception:
        log.critical("the program failed", exc_info=True)
        sys.exit(1)
