"""The Python worker that `make conformance` judges: the contract's task, on the kit."""

import asyncio
import uuid

from fanfare.testing.v1 import conformance_pb2 as conformance
from fanfare.testing.v1.conformance_pb2 import ConformanceReported, ConformanceTask
from fanfare_worker import Item, Outcome, Program, TaskWorker, defer, done, reject, run_program


def make(program: Program) -> list[TaskWorker]:
    async def report(item: Item[ConformanceTask], step: conformance.ConformanceStep, event_id: str) -> None:
        task = item.message
        fact = ConformanceReported(agency_id=task.agency_id, idempotency_key=task.idempotency_key, step=step, worker=program.name)
        await program.publisher.publish(fact, event_id=event_id)

    async def handle(item: Item[ConformanceTask]) -> Outcome:
        task = item.message
        await report(item, conformance.CONFORMANCE_STEP_BEGAN, str(uuid.uuid4()))
        match task.action:
            case conformance.CONFORMANCE_ACTION_FAIL:
                raise RuntimeError("told to fail")
            case conformance.CONFORMANCE_ACTION_REJECT:
                return reject("told_to", "the task says so")
            case conformance.CONFORMANCE_ACTION_DEFER if item.handed_out <= 5:
                return defer("told to", 0.1)
        await asyncio.sleep(task.work_ms / 1000)
        await report(item, conformance.CONFORMANCE_STEP_DONE, f"{task.agency_id}:{task.idempotency_key}:done")
        return done()

    return [TaskWorker(ConformanceTask, handle)]


if __name__ == "__main__":
    run_program("conformance", make)
