"""Fixtures of every Python test: a broker for the run, empty streams for each test."""

from collections.abc import AsyncIterator, Iterator

import nats
import pytest
import pytest_asyncio
from worker_bed import Bed, Broker


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    broker = Broker(tmp_path_factory.mktemp("nats"))
    yield broker
    broker.crash()


@pytest_asyncio.fixture
async def bed(broker: Broker) -> AsyncIterator[Bed]:
    client = await nats.connect(broker.url, max_reconnect_attempts=-1, reconnect_time_wait=0.1)
    bed = Bed(broker, client)
    await bed.lay_topology()
    yield bed
    await bed.rest()
    await client.close()
