"""A broker of one's own with exactly the streams that the contracts declare."""

import asyncio
import contextlib
import json
import shutil
import subprocess
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import nats
from fanfare.event.v1.dead_lettered_pb2 import DeadLettered
from fanfare.options.v1 import lane_pb2
from fanfare.work.v1.export_customers_pb2 import EXPORT_FORMAT_CSV, EXPORT_SUBJECT_CUSTOMERS, ExportCustomers
from fanfare_worker import Program, TaskWorker, work_contract
from fanfare_worker.envelope import cloud_event_headers

ROOT = Path(__file__).parents[3]
AGENCY = "0197a3c4-0000-7000-8000-000000000001"
PATIENCE_S = 15
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


async def until(condition: Callable[[], Awaitable[object] | object], patience: float = PATIENCE_S):
    """Waits for a condition with a bound; answers what it answered."""
    give_up_at = time.monotonic() + patience
    while True:
        found = condition()
        if asyncio.iscoroutine(found):
            found = await found
        if found:
            return found
        assert time.monotonic() < give_up_at, f"not within {patience} s: {condition}"
        await asyncio.sleep(0.02)


class Broker:
    """A nats-server on a port and a disk of its own."""

    def __init__(self, directory: Path) -> None:
        self._program = shutil.which("nats-server") or _fetched_server()
        self._directory = directory
        self._port = "-1"
        self.start()

    def start(self) -> None:
        for old in self._directory.glob("*.ports"):
            old.unlink()
        store = ["-js", "-sd", str(self._directory / "store")]
        place = ["-a", "127.0.0.1", "-p", self._port, "--ports_file_dir", str(self._directory)]
        self.process = subprocess.Popen([self._program, *store, *place], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        give_up_at = time.monotonic() + PATIENCE_S
        while not (said := self._ports()):
            assert time.monotonic() < give_up_at and self.process.poll() is None, "nats-server does not start"
            time.sleep(0.02)
        self.url = said["nats"][0]
        self._port = self.url.rsplit(":", 1)[1]

    def crash(self) -> None:
        self.process.kill()
        self.process.wait()

    def wipe(self) -> None:
        shutil.rmtree(self._directory / "store")

    def _ports(self) -> dict | None:
        for file in self._directory.glob("*.ports"):
            try:
                return json.loads(file.read_text())
            except ValueError:
                return None
        return None


def _fetched_server() -> str:
    return subprocess.run([ROOT / "dev/bootstrap/tool", "nats-server"], check=True, capture_output=True, text=True).stdout.strip()


class Bed:
    """Empty streams, and what a test needs to put work on them."""

    def __init__(self, broker: Broker, client: nats.NATS) -> None:
        self.broker = broker
        self.client = client
        self.stream = client.jetstream()
        self._programs: list[Program] = []
        self._clients: list[nats.NATS] = []

    async def lay_topology(self) -> None:
        """The golden file is what the services apply."""
        wanted = json.loads((ROOT / "test/topology.golden.json").read_text())
        for stream in wanted["streams"]:
            await self._api(f"STREAM.DELETE.{stream['name']}", {})
            await self._api(f"STREAM.CREATE.{stream['name']}", stream)
        for consumer in wanted["consumers"]:
            name = consumer["config"]["durable_name"]
            await self._api(
                f"CONSUMER.DURABLE.CREATE.{consumer['stream']}.{name}",
                {"stream_name": consumer["stream"], "config": consumer["config"]},
            )

    async def _api(self, what: str, body: dict) -> None:
        answer = json.loads((await self.client.request(f"$JS.API.{what}", json.dumps(body).encode(), timeout=5)).data)
        assert "error" not in answer or what.startswith("STREAM.DELETE"), answer

    async def reconnected(self) -> None:
        """Returns when the broker answers again after it was started anew."""

        async def answers() -> bool:
            try:
                return bool(await self.client.request("$JS.API.INFO", b"", timeout=1))
            except nats.errors.Error:
                return False

        await until(answers)

    async def work(self, handle, *, own: bool = False, concurrency: int = 4, **limits) -> Program:
        """Starts a worker for exports under a contract with these limits, on a connection of its own if wished."""
        contract = replace(work_contract(ExportCustomers), backoff_initial=0.01, backoff_max=0.03, **limits)
        return await self.start(TaskWorker(ExportCustomers, handle, concurrency=concurrency, contract=contract), own=own)

    async def start(self, worker, *, own: bool = False) -> Program:
        client = self.client
        if own:
            client = await nats.connect(self.broker.url, max_reconnect_attempts=-1, reconnect_time_wait=0.1)
            self._clients.append(client)
        program = Program("tester", client)
        self._programs.append(program)
        await program.start(worker)
        return program

    async def publish(self, key: str, **headers: str) -> None:
        message = export(key)
        said = {
            **cloud_event_headers("fanfare.work.v1.ExportCustomers", event_id=key, source="test", traceparent=None),
            **headers,
        }
        await self.stream.publish(SUBJECT, message.SerializeToString(), headers=said)

    async def waiting(self) -> int:
        """Messages on the work queue, in flight or not."""
        return (await self.stream.stream_info("WORK_EXPORT")).state.messages

    async def in_flight(self) -> int:
        return (await self.stream.consumer_info("WORK_EXPORT", "exporter-bulk")).num_ack_pending

    async def letters(self) -> list[DeadLettered]:
        state = (await self.stream.stream_info("DEAD_LETTER")).state
        found = [await self.stream.get_msg("DEAD_LETTER", seq=seq) for seq in range(1, state.last_seq + 1)]
        return [DeadLettered.FromString(each.data) for each in found]

    async def rest(self) -> None:
        for program in self._programs:
            await program.drain(0)
        for client in self._clients:
            await client.close()


async def empty(bed: Bed) -> bool:
    """Whether nothing is left on the queue."""
    with contextlib.suppress(nats.errors.Error):
        return await bed.waiting() == 0
    # The broker does not answer just now.
    return False


SUBJECT = f"fanfare.work.export.bulk.{AGENCY}"


def export(key: str, **changes) -> ExportCustomers:
    """A valid order under this idempotency key."""
    fields = {
        "agency_id": AGENCY,
        "lane": lane_pb2.LANE_BULK,
        "idempotency_key": key,
        "subject": EXPORT_SUBJECT_CUSTOMERS,
        "format": EXPORT_FORMAT_CSV,
    }
    return ExportCustomers(**{**fields, **changes})
