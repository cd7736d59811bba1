"""Outcomes become acknowledgements, limits hold, and nothing is lost when time, instances or the broker go wrong."""

import asyncio
import contextlib
import time

import nats
import pytest
from fanfare.event.v1.blast_pb2 import BlastCompleted, BlastReportReady
from fanfare_worker import FactWorker, TaskWorker, defer, done, reject, retry, skip
from google.protobuf import json_format
from worker_bed import AGENCY, SUBJECT, export, until

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


async def empty(bed) -> bool:
    with contextlib.suppress(nats.errors.Error):
        return await bed.waiting() == 0
    # The broker does not answer just now.
    return False


@pytest.mark.parametrize("outcome", [done(), skip("nothing to do")])
async def test_done_and_skip_take_the_message_off_its_queue(bed, outcome):
    async def handle(item):
        return outcome

    await bed.work(handle)
    await bed.publish("a")
    await until(lambda: empty(bed))
    assert await bed.letters() == []


async def test_json_without_headers_is_taken_as_a_person_publishes_it(bed):
    seen = []

    async def handle(item):
        seen.append((item.message.idempotency_key, item.message_id))
        return done()

    await bed.work(handle)
    await bed.client.publish(SUBJECT, json_format.MessageToJson(export("by-hand")).encode())
    await until(lambda: seen)
    assert seen[0][0] == "by-hand" and seen[0][1].startswith("WORK_EXPORT:1:")


@pytest.mark.parametrize("how", ["retry", "an exception", "no outcome"])
async def test_failures_are_counted_and_spent_then_the_message_is_buried_whole(bed, how):
    handed = []

    async def handle(item):
        handed.append(item.handed_out)
        if how == "an exception":
            raise RuntimeError("the disk is full")
        return retry("the disk is full") if how == "retry" else None

    await bed.work(handle, max_failures=3)
    await bed.publish("a", **{"x-own": "kept"})
    await until(lambda: empty(bed))
    (letter,) = await bed.letters()
    assert handed == [1, 2, 3]
    assert (letter.reason, letter.failures, letter.deliveries, letter.agency_id) == ("failures_spent", 3, 3, AGENCY)
    assert letter.body == export("a").SerializeToString() and letter.headers["x-own"] == "kept"
    assert (letter.durable, letter.subject) == ("exporter-bulk", SUBJECT)
    assert "3 times" in letter.detail and letter.worker.startswith("tester@")


async def test_waiting_is_no_failure(bed):
    handed = []

    async def handle(item):
        handed.append(item.handed_out)
        return done() if item.handed_out > 6 else defer("paused", 0.01)

    await bed.work(handle, max_failures=2)
    await bed.publish("a")
    await until(lambda: empty(bed))
    assert handed == [1, 2, 3, 4, 5, 6, 7] and await bed.letters() == []


async def test_a_delay_is_kept(bed):
    at = []

    async def handle(item):
        at.append(time.monotonic())
        return retry("later", 0.4) if len(at) == 1 else done()

    await bed.work(handle)
    await bed.publish("a")
    await until(lambda: empty(bed))
    assert at[1] - at[0] >= 0.35


@pytest.mark.parametrize(
    ("body", "headers", "reason"),
    [
        (b"hello", {}, "undecodable"),
        (export("a").SerializeToString(), {"ce-type": "acme.v1.Other"}, "undecodable"),
        (export("").SerializeToString(), {}, "invalid"),
        (export("a", agency_id="0197a3c4-0000-7000-8000-000000000009").SerializeToString(), {}, "invalid"),
        (export("a" * 200).SerializeToString(), {}, "invalid"),
    ],
)
async def test_what_no_handler_may_see_is_buried_without_one(bed, body, headers, reason):
    async def handle(item):
        raise AssertionError("a handler got it")

    program = await bed.work(handle, max_message_bytes=200)
    await bed.stream.publish(SUBJECT, body, headers=headers)
    await until(lambda: empty(bed))
    (letter,) = await bed.letters()
    assert (letter.reason, letter.body, letter.failures) == (reason, body, 0)
    assert program.lanes[0].handled["refused"] == 1


async def test_reject_buries_with_reason_and_detail(bed):
    async def handle(item):
        return reject("unknown_agency", "There is no such agency.")

    await bed.work(handle)
    await bed.publish("a", traceparent=TRACE)
    await until(lambda: empty(bed))
    (letter,) = await bed.letters()
    assert (letter.reason, letter.detail) == ("rejected", "unknown_agency: There is no such agency.")
    stored = await bed.stream.get_msg("DEAD_LETTER", seq=1)
    assert stored.headers["traceparent"] == TRACE and stored.headers["ce-type"] == "fanfare.event.v1.DeadLettered"


async def test_a_message_whose_letter_cannot_be_stored_stays_on_its_queue(bed):
    await bed.stream.delete_stream("DEAD_LETTER")
    tries = []

    async def handle(item):
        tries.append(item.handed_out)
        return reject("no", "never")

    await bed.work(handle)
    await bed.publish("a")
    await until(lambda: len(tries) >= 2)
    assert await bed.waiting() == 1


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


async def test_facts_are_consumed_under_a_durable_that_the_worker_makes(bed):
    seen = []

    async def handle(item):
        seen.append((item.message.blast_id, item.traceparent))
        fact = BlastReportReady(agency_id=item.message.agency_id, blast_id=item.message.blast_id)
        await program.publisher.publish(fact, event_id=f"{item.message.blast_id}:report")
        return done()

    program = await bed.start(FactWorker(BlastCompleted, handle, durable="tester"))
    fact = BlastCompleted(agency_id=AGENCY, blast_id="b1")
    await program.publisher.publish(fact, event_id="b1:ended", traceparent=TRACE)
    # The same fact again is the same fact.
    await program.publisher.publish(fact, event_id="b1:ended", traceparent=TRACE)
    await until(lambda: seen)
    published = await until(lambda: _message(bed, f"fanfare.event.blast.report_ready.{AGENCY}"))
    assert published.headers["traceparent"] == TRACE
    await until(lambda: _settled(bed))
    assert seen == [("b1", TRACE)]


async def _message(bed, subject):
    try:
        return await bed.stream.get_last_msg("EVENTS", subject)
    except nats.js.errors.NotFoundError:
        return None


async def _settled(bed) -> bool:
    info = await bed.stream.consumer_info("EVENTS", "tester")
    return info.num_pending == 0 and info.num_ack_pending == 0


async def test_a_message_that_breaks_its_contract_is_not_published(bed):
    program = await bed.start(FactWorker(BlastCompleted, done, durable="tester"))
    with pytest.raises(ValueError, match="idempotency_key"):
        await program.publisher.publish(export(""))
    with pytest.raises(ValueError, match="event_id"):
        await program.publisher.publish(BlastCompleted(agency_id=AGENCY))


def test_a_concurrency_that_is_a_mistake_is_refused():
    with pytest.raises(ValueError, match="from 1 to 64"):
        TaskWorker(type(export("a")), done, concurrency=0)
