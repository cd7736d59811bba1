"""
Takes BlastCompleted and leaves a report linked from its blast. Idempotent: the figures end at a moment that the fact
itself names, the files are written whole under names made of the blast's id, and the link is the same; so a repetition
makes the same again.
"""

import asyncio
import base64
import hashlib
import hmac
import logging
import re
import time
from datetime import timedelta

from fanfare.api.v1.blast_pb2 import GetBlastStatisticsRequest, GetBlastStatisticsResponse, RecordBlastReportRequest
from fanfare.event.v1.blast_pb2 import BlastCompleted, BlastReportReady
from fanfare_worker import Item, Outcome, Publisher, defer, done, reject, skip
from google.protobuf.timestamp_pb2 import Timestamp

from .api import Api, ApiAway, ApiRefused
from .figures import Figures
from .render import render
from .store import FileStore

log = logging.getLogger(__name__)

# The ids become parts of paths and addresses.
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# An api that is away, or a key that is wrong, is somebody's to mend; the fact waits for it.
# Ever longer, since a blast too large for the api to sum up in time must not have it try again and again.
AWAY_DELAY_S = 15
AWAY_DELAY_MAX_S = 600
REFUSED_DELAY_S = 60
# Webhooks tell of what happened only some time after it. So long they are awaited, unless nearly all have come.
LATE_LIMIT_S = 30
LATE_DELAY_S = 1
SETTLED_SHARE = 0.99
# A large blast costs the database seconds each time, so it is looked at less often: one of a million once more, no oftener.
LATE_AUDIENCE_PER_S = 20_000


class ReportMaker:
    """`after_ms`: how long after its completion a blast's figures end, so that the provider's webhooks are among them."""

    def __init__(self, *, api: Api, store: FileStore, publisher: Publisher, base_url: str, secret: str, after_ms: int) -> None:
        self._api = api
        self._store = store
        self._publisher = publisher
        self._base_url = base_url
        self._secret = secret.encode()
        self._after = timedelta(milliseconds=after_ms)

    async def handle(self, item: Item[BlastCompleted]) -> Outcome:
        fact = item.message
        if not (_UUID.fullmatch(fact.blast_id) and _UUID.fullmatch(fact.agency_id)):
            return reject("invalid_id", "agency_id and blast_id must be UUIDs in lower case.")
        if fact.audience <= 1:
            # A direct send: it is explained, not reported.
            return skip("one customer")
        until = fact.completed_at.ToDatetime() + self._after
        moment = Timestamp()
        moment.FromDatetime(until)
        if (wait := moment.ToNanoseconds() / 1e9 - time.time()) > 0:
            return defer("the webhooks are awaited", min(wait, self._after.total_seconds()) + 0.05)
        try:
            return await self._make(fact, moment)
        except ApiAway as away:
            log.warning("the api does not answer", extra={"blastId": fact.blast_id, "detail": str(away)})
            return defer("the api is away", min(AWAY_DELAY_S * item.handed_out, AWAY_DELAY_MAX_S))
        except ApiRefused as refused:
            if refused.code in ("permission_denied", "unauthenticated"):
                log.error("the api refuses FANFARE_REPORTER_KEY", extra={"detail": str(refused)})
                return defer("the api refuses the key", REFUSED_DELAY_S)
            return reject(refused.code, str(refused))

    async def _make(self, fact: BlastCompleted, until: Timestamp) -> Outcome:
        request = GetBlastStatisticsRequest(blast_id=fact.blast_id, until=until)
        statistics = await self._api.statistics(fact.agency_id, request)
        if not statistics.blast.HasField("completed_at"):
            # A person had deliveries tried again; another end is another fact.
            return skip("the blast goes on")
        if _late(statistics) and time.time() < until.ToNanoseconds() / 1e9 + LATE_LIMIT_S:
            return defer("late webhooks are awaited", max(LATE_DELAY_S, fact.audience / LATE_AUDIENCE_PER_S))
        log.info("report begun", extra={"blastId": fact.blast_id})
        started = time.monotonic()
        html, pdf = await asyncio.to_thread(render, Figures.of(statistics, until))
        folder = self._folder(fact)
        # The page links to the PDF, so the PDF comes first.
        self._store.put(f"{folder}/report.pdf", pdf)
        self._store.put(f"{folder}/report.html", html)
        url = f"{self._base_url}/{folder}/report.html"
        await self._api.record(fact.agency_id, RecordBlastReportRequest(blast_id=fact.blast_id, url=url, figures_until=until))
        ready = BlastReportReady(agency_id=fact.agency_id, blast_id=fact.blast_id, url=url, figures_until=until)
        await self._publisher.publish(ready, event_id=f"{fact.blast_id}:report:{until.ToMilliseconds()}")
        took_ms = round((time.monotonic() - started) * 1000)
        log.info("report made", extra={"blastId": fact.blast_id, "ms": took_ms, "bytes": len(html) + len(pdf)})
        return done()

    def _folder(self, fact: BlastCompleted) -> str:
        """Nobody finds it who was not told: 128 bits that only the key's owner can make."""
        digest = hmac.digest(self._secret, f"{fact.agency_id}/{fact.blast_id}".encode(), hashlib.sha256)
        token = base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")
        return f"{fact.agency_id}/{fact.blast_id}-{token}"


def _late(statistics: GetBlastStatisticsResponse) -> bool:
    """Whether the provider has not yet told what became of all that it accepted."""
    known = statistics.facts.delivered + statistics.facts.bounced
    return known < SETTLED_SHARE * statistics.blast.balance_sheet.accepted
