"""Facts are taken from their streams, and published only as their contracts say."""

import nats
import pytest
from fanfare.event.v1.blast_pb2 import BlastCompleted, BlastReportReady
from fanfare_worker import FactWorker, done
from worker_bed import AGENCY, TRACE, export, until


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
