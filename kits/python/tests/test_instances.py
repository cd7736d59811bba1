"""Limits hold, and nothing is lost, when time passes, instances come and go, or the broker goes wrong."""

import asyncio

from fanfare_worker import done
from worker_bed import empty, until


async def test_slow_work_is_not_handed_out_again(bed):
    # The golden consumer waits a minute; this one is short, as a test must be.
    await bed._api(
        "CONSUMER.DURABLE.CREATE.WORK_EXPORT.exporter-bulk",
        {
            "stream_name": "WORK_EXPORT",
            "config": {
                "durable_name": "exporter-bulk",
                "ack_policy": "explicit",
                "ack_wait": 600_000_000,
                "max_deliver": -1,
                "max_ack_pending": 2,
                "filter_subject": "fanfare.work.export.bulk.*",
            },
        },
    )
    handed = []

    async def handle(item):
        handed.append(item.handed_out)
        await asyncio.sleep(1.5)
        return done()

    await bed.work(handle, ack_wait=0.6)
    await bed.publish("a")
    await until(lambda: empty(bed))
    assert handed == [1]


async def test_the_lane_s_limit_holds_over_all_instances(bed):
    gate = asyncio.Event()
    now, most = 0, 0

    async def handle(item):
        nonlocal now, most
        now += 1
        most = max(most, now)
        await gate.wait()
        now -= 1
        return done()

    for _ in range(2):
        await bed.work(handle, own=True)
    for key in range(10):
        await bed.publish(f"key{key}")
    await until(lambda: now == 2)
    await asyncio.sleep(0.2)
    gate.set()
    await until(lambda: empty(bed))
    assert most == 2


async def test_a_paused_queue_rests_and_goes_on_when_it_is_resumed(bed):
    seen = []

    async def handle(item):
        seen.append(item.message.idempotency_key)
        return done()

    pause = "CONSUMER.PAUSE.WORK_EXPORT.exporter-bulk"
    program = await bed.work(handle)
    await until(lambda: program.trouble() is None)
    await bed._api(pause, {"pause_until": "2099-01-01T00:00:00Z"})
    await bed.publish("a")
    await asyncio.sleep(0.5)
    assert seen == []
    await bed._api(pause, {})
    await until(lambda: seen == ["a"])


async def test_a_drain_finishes_what_it_has_and_leaves_the_rest_to_others(bed):
    gate = asyncio.Event()
    got, other = [], []

    async def handle(item):
        got.append(item.message.idempotency_key)
        await gate.wait()
        return done()

    async def take(item):
        other.append(item.message.idempotency_key)
        return done()

    program = await bed.work(handle, own=True, concurrency=1)
    await bed.publish("first")
    await bed.publish("second")
    await until(lambda: got == ["first"])
    draining = asyncio.create_task(program.drain(10))
    await until(lambda: program.trouble() == "draining")
    await bed.work(take)
    await until(lambda: other == ["second"])
    gate.set()
    await draining
    await until(lambda: empty(bed))
    assert got == ["first"]


async def test_a_drain_that_gives_up_hands_the_message_to_another_at_once(bed):
    async def handle(item):
        await asyncio.Event().wait()

    seen = []

    async def take(item):
        seen.append(item.handed_out)
        return done()

    program = await bed.work(handle, own=True)
    await bed.publish("a")
    await until(lambda: program.lanes[0].in_work == 1)
    await program.drain(0.05)
    await bed.work(take)
    await until(lambda: seen == [2])
    assert await bed.letters() == []


async def test_a_broker_that_was_killed_is_found_again(bed):
    seen = set()

    async def handle(item):
        seen.add(item.message.idempotency_key)
        return done()

    program = await bed.work(handle, own=True)
    for key in range(20):
        await bed.publish(f"key{key}")
    await until(lambda: len(seen) >= 5)
    bed.broker.crash()
    bed.broker.start()
    await bed.reconnected()
    await until(lambda: empty(bed), 30)
    await until(lambda: program.trouble() is None)
    assert len(seen) == 20


async def test_no_message_is_acknowledged_for_an_old_one_of_a_lost_disk(bed):
    gates = {"before": asyncio.Event(), "after": asyncio.Event(), "probe": asyncio.Event()}
    gates["probe"].set()
    started, ended = [], []

    async def handle(item):
        started.append(key := item.message.idempotency_key)
        await gates[key].wait()
        ended.append(key)
        return done()

    await bed.work(handle, own=True)
    await bed.publish("before")
    await until(lambda: started == ["before"])
    bed.broker.crash()
    bed.broker.wipe()
    bed.broker.start()
    await bed.reconnected()
    await bed.lay_topology()
    await bed.publish("after")
    await until(lambda: "after" in started, 30)
    gates["before"].set()
    await until(lambda: ended == ["before"])
    await bed.publish("probe")
    # The probe is gone and `after` is still there: nobody acknowledged it in `before`'s name.
    await until(lambda: "probe" in ended)

    async def one_left():
        return await bed.waiting() == 1

    await until(one_left)
    gates["after"].set()
    await until(lambda: empty(bed))
