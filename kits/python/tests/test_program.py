"""A worker as a process of its own: settings, probes, signals."""

import asyncio
import json
import os
import signal
import sys
import urllib.request
from pathlib import Path

from worker_bed import ROOT, until

STEERED = Path(__file__).with_name("steered_worker.py")


async def launch(url: str, **more: str):
    environment = {
        **os.environ,
        "PYTHONPATH": f"{ROOT}/gen/python:{ROOT}/kits/python",
        "NATS_URL": url,
        "FANFARE_HEALTH_PORT": "0",
        **more,
    }
    return await asyncio.create_subprocess_exec(
        sys.executable,
        str(STEERED),
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def listening(process) -> str:
    while line := await asyncio.wait_for(process.stdout.readline(), 20):
        said = json.loads(line)
        if said["msg"] == "listening":
            return said["url"]
    raise AssertionError((await process.stderr.read()).decode())


def get(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


async def test_sigterm_finishes_what_is_in_work_acknowledges_it_and_exits_0(bed):
    process = await launch(bed.broker.url)
    url = await listening(process)

    async def ready() -> bool:
        return (await asyncio.to_thread(get, f"{url}/readyz"))[0] == 200

    await until(ready)
    await bed.publish("slow:1")

    async def in_work() -> bool:
        return await bed.in_flight() == 1

    await until(in_work)
    status, metrics = await asyncio.to_thread(get, f"{url}/metrics")
    assert status == 200 and 'fanfare_work_in_flight{durable="exporter-bulk"} 1' in metrics
    process.send_signal(signal.SIGTERM)
    said, _ = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 0, said.decode()
    assert await bed.waiting() == 0
    assert [json.loads(line)["msg"] for line in said.splitlines()][-2:] == ["drained", "stopped"]


async def test_a_worker_that_is_killed_leaves_its_message_on_the_queue(bed):
    process = await launch(bed.broker.url)
    await listening(process)
    await bed.publish("slow:30")

    async def in_work() -> bool:
        return await bed.in_flight() == 1

    await until(in_work)
    process.kill()
    await process.communicate()
    assert await bed.waiting() == 1


async def test_settings_that_are_wrong_are_told_all_at_once_without_their_values():
    process = await launch("postgres://secret", FANFARE_HEALTH_PORT="high")
    _, said = await process.communicate()
    assert process.returncode == 1
    assert b"NATS_URL" in said and b"FANFARE_HEALTH_PORT" in said and b"secret" not in said


async def test_a_broker_that_is_away_is_waited_for_and_sigterm_still_ends_it():
    process = await launch("nats://127.0.0.1:1")
    # Its first complaint about the broker; without it there is nothing to wait for.
    assert await asyncio.wait_for(process.stdout.readline(), 20)
    assert process.returncode is None
    process.send_signal(signal.SIGTERM)
    await asyncio.wait_for(process.communicate(), 10)
    assert process.returncode == 0
