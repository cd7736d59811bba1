"""Every task and fact as it goes over the wire, the same files that TypeScript and Go read."""

import base64
import importlib
import json
from pathlib import Path

import pytest
from fanfare_worker.contract import event_contract, work_contract
from fanfare_worker.envelope import cloud_event_headers
from google.protobuf import descriptor_pool, json_format, message_factory
from worker_bed import ROOT

GENERATED = Path(ROOT, "gen/python")
VECTORS = sorted(Path(ROOT, "proto/testdata").glob("*.json"))


@pytest.fixture(scope="module", autouse=True)
def contracts():
    for kind in ("work", "event"):
        for file in (GENERATED / "fanfare" / kind / "v1").glob("*_pb2.py"):
            importlib.import_module(f"fanfare.{kind}.v1.{file.stem}")


def test_there_are_vectors():
    assert len(VECTORS) > 20


@pytest.mark.parametrize("file", VECTORS, ids=lambda file: file.stem)
def test_is_read_from_its_bytes_and_from_its_json_as_the_same_and_travels_as_it_did(file):
    vector = json.loads(file.read_text())
    message_type = message_factory.GetMessageClass(descriptor_pool.Default().FindMessageTypeByName(vector["type"]))
    binary = base64.b64decode(vector["binary"])
    read = message_type.FromString(binary)
    said = json_format.ParseDict(vector["json"], message_type())
    assert read == said
    assert json_format.MessageToDict(read) == vector["json"]
    assert said.SerializeToString(deterministic=True) == binary
    contract = work_contract(message_type) if vector["type"].startswith("fanfare.work.") else event_contract(message_type)
    assert contract.subject(read) == vector["subject"]
    headers = vector["headers"]
    made = cloud_event_headers(
        vector["type"], event_id=headers["ce-id"], source=headers["ce-source"], traceparent=headers["traceparent"]
    )
    assert made | {"ce-time": headers["ce-time"]} == headers
