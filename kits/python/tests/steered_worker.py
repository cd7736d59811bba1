"""A whole worker program for tests: what it does with an export stands in the export's idempotency key."""

import asyncio

from fanfare.work.v1.export_customers_pb2 import ExportCustomers
from fanfare_worker import Item, Outcome, TaskWorker, defer, done, reject, retry, run_program, skip


async def handle(item: Item[ExportCustomers]) -> Outcome:
    what, _, value = item.message.idempotency_key.partition(":")
    match what:
        case "slow":
            await asyncio.sleep(float(value))
        case "skip":
            return skip("told to")
        case "retry":
            return retry("told to")
        case "defer" if item.handed_out <= int(value):
            return defer("told to", 0.1)
        case "reject":
            return reject("told_to", value)
        case "throw":
            raise RuntimeError(value)
    return done()


if __name__ == "__main__":
    run_program("steered", lambda program: [TaskWorker(ExportCustomers, handle)])
