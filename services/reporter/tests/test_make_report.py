"""From a fact to a linked report: what is skipped, what waits, what is given up, and what a repetition does."""

import json
import os
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from fanfare.event.v1.blast_pb2 import BlastCompleted
from fanfare_worker import Item
from google.protobuf import json_format
from google.protobuf.timestamp_pb2 import Timestamp
from reporter.api import Api
from reporter.make_report import ReportMaker
from reporter.store import LEFTOVER_AGE_S, FileStore
from sample_figures import BLAST, statistics

AGENCY = "0197a3c4-0000-7000-8000-000000000001"
KEY = "a-key-of-the-tests"


class StandIn:
    """An api that answers what a test wants, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict]] = []
        self.status, self.answer = 200, statistics()
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                method = self.path.rsplit("/", 1)[1]
                stand_in.asked.append(
                    (method, {**body, "key": self.headers["authorization"], "agency": self.headers["fanfare-agency"]})
                )
                said = {"known": False} if method == "RecordBlastReport" else json_format.MessageToDict(stand_in.answer)
                if stand_in.status != 200:
                    said = {"code": {404: "not_found", 401: "unauthenticated", 503: "unavailable"}[stand_in.status]}
                self.send_response(stand_in.status)
                self.end_headers()
                self.wfile.write(json.dumps(said).encode())

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class Facts:
    def __init__(self) -> None:
        self.published = []

    async def publish(self, message, *, event_id):
        self.published.append((event_id, message.url))


@pytest.fixture
def api():
    stand_in = StandIn()
    yield stand_in
    stand_in.close()


@pytest.fixture
def facts():
    return Facts()


@pytest.fixture
def maker(api, facts, tmp_path):
    return make(api, facts, tmp_path)


def make(api, facts, tmp_path, after_ms=0):
    return ReportMaker(
        api=Api(api.url, KEY),
        store=FileStore(str(tmp_path)),
        publisher=facts,
        base_url="https://reports.example.com",
        secret=KEY,
        after_ms=after_ms,
    )


def completed(*, blast=BLAST, agency=AGENCY, audience=4891, at: float = 1_790_000_000) -> Item:
    moment = Timestamp()
    moment.FromNanoseconds(round(at * 1e9))
    fact = BlastCompleted(agency_id=agency, blast_id=blast, audience=audience, completed_at=moment)
    return Item(fact, "", "", 1, None, 0)


def files(path) -> dict[str, bytes]:
    return {str(each.relative_to(path)): each.read_bytes() for each in path.rglob("*") if each.is_file()}


async def test_a_report_is_written_linked_and_announced_and_again_is_the_same(maker, api, facts, tmp_path):
    assert (await maker.handle(completed())).kind == "done"
    first = files(tmp_path)
    assert sorted(path.rsplit(".", 1)[1] for path in first) == ["html", "pdf"]
    (_, asked), (method, linked) = api.asked
    assert (asked["key"], asked["agency"], asked["until"]) == (f"Bearer {KEY}", AGENCY, linked["figuresUntil"])
    assert method == "RecordBlastReport" and linked["blastId"] == BLAST
    assert linked["url"].removeprefix("https://reports.example.com/") in first
    assert (await maker.handle(completed())).kind == "done"
    assert files(tmp_path) == first and api.asked[3] == api.asked[1]
    assert len(set(facts.published)) == 1 and len(facts.published) == 2


async def test_an_address_cannot_be_made_without_the_key(maker, api, facts, tmp_path):
    await maker.handle(completed())
    other = ReportMaker(
        api=Api(api.url, KEY), store=FileStore(str(tmp_path)), publisher=facts, base_url="x", secret="another", after_ms=0
    )
    assert maker._folder(completed().message) != other._folder(completed().message)


@pytest.mark.parametrize("ids", [{"blast": "../../etc/passwd"}, {"agency": "a/../b"}, {"blast": BLAST + "\n"}, {"blast": ""}])
async def test_ids_that_could_leave_the_directory_are_rejected(maker, api, tmp_path, ids):
    assert (await maker.handle(completed(**ids))).kind == "reject"
    assert api.asked == [] and files(tmp_path) == {}


async def test_a_direct_send_has_no_report(maker, api):
    assert (await maker.handle(completed(audience=1))).kind == "skip"
    assert api.asked == []


async def test_the_webhooks_are_awaited_without_counting_as_failure(api, facts, tmp_path):
    outcome = await make(api, facts, tmp_path, after_ms=60_000).handle(completed(at=time.time()))
    assert outcome.kind == "defer" and 50 < outcome.delay <= 60.05


@pytest.mark.parametrize(("status", "kind"), [(503, "defer"), (401, "defer"), (404, "reject")])
async def test_what_the_api_says_decides_what_becomes_of_the_fact(maker, api, tmp_path, status, kind):
    api.status = status
    assert (await maker.handle(completed())).kind == kind
    assert files(tmp_path) == {}


async def test_late_webhooks_are_awaited_but_not_for_ever(maker, api, facts, tmp_path):
    api.answer.facts.delivered = 17
    just_now = await maker.handle(completed(at=time.time() - 0.1))
    assert just_now.kind == "defer" and files(tmp_path) == {}
    assert (await maker.handle(completed(at=time.time() - 31))).kind == "done"


async def test_an_api_that_is_away_is_waited_for(maker, api):
    api.close()
    assert (await maker.handle(completed())).kind == "defer"


async def test_a_blast_that_was_opened_again_is_left_to_its_next_end(maker, api):
    api.answer.blast.ClearField("completed_at")
    assert (await maker.handle(completed())).kind == "skip"


def test_only_whole_reports_are_served_and_nothing_else_of_the_disk(tmp_path):
    store = FileStore(str(tmp_path / "store"))
    (tmp_path / "secret.html").write_text("no")
    key = f"{AGENCY}/{BLAST}-{'t' * 22}"
    store.put(f"{key}/report.html", b"yes")
    answer = store.page(f"/reports/{key}/report.html")
    assert (answer.status, answer.body) == (200, b"yes") and "default-src 'none'" in answer.headers["content-security-policy"]
    for path in (f"/reports/{key}/report.pdf", "/reports/../secret.html", f"/reports/{key}/../../../secret.html", "/"):
        assert store.page(path) is None


def test_what_a_killed_writer_left_is_cleared_away(tmp_path):
    old, new = tmp_path / "a.part", tmp_path / "b.part"
    for each in (old, new):
        each.write_text("half")
    past = time.time() - 2 * LEFTOVER_AGE_S
    os.utime(old, (past, past))
    FileStore(str(tmp_path))
    assert not old.exists() and new.exists()
