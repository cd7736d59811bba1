"""The reporter: settings → parts → run → drain. Start it with dev/bootstrap/python services/reporter/main.py."""

import os

from fanfare.event.v1.blast_pb2 import BlastCompleted
from fanfare_worker import FactWorker, Program, run_program
from reporter.api import Api
from reporter.make_report import ReportMaker
from reporter.settings import ReporterSettings
from reporter.store import FileStore

# Reports are never in the way: whatever else this machine does goes first.
NICENESS = 10
# Far longer than a report takes; heartbeats carry one that takes longer.
ACK_WAIT_S = 15


def main() -> None:
    settings = ReporterSettings.read(os.environ)
    os.nice(NICENESS)
    store = FileStore(settings.directory)

    def make(program: Program) -> list[FactWorker]:
        maker = ReportMaker(
            api=Api(settings.api_url, settings.reporter_key),
            store=store,
            publisher=program.publisher,
            base_url=settings.base_url or f"{program.url}/reports",
            secret=settings.reporter_key,
            after_ms=settings.after_ms,
        )
        return [FactWorker(BlastCompleted, maker.handle, durable="reporter", concurrency=1, ack_wait=ACK_WAIT_S)]

    run_program("reporter", make, settings=settings.worker, pages=store.page)


if __name__ == "__main__":
    main()
