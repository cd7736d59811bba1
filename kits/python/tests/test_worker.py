"""What a handler answers becomes acknowledgements, further tries and dead letters."""

import time

import pytest
from fanfare_worker import TaskWorker, defer, done, reject, retry, skip
from google.protobuf import json_format
from worker_bed import AGENCY, SUBJECT, TRACE, empty, export, until


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


def test_a_concurrency_that_is_a_mistake_is_refused():
    with pytest.raises(ValueError, match="from 1 to 64"):
        TaskWorker(type(export("a")), done, concurrency=0)
