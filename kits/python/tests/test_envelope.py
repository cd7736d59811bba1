"""What is read out of bodies and put into headers, as core/runtime does it."""

import pytest
from fanfare.event.v1.blast_pb2 import BlastCompleted
from fanfare.work.v1.content_pb2 import Content
from fanfare.work.v1.export_customers_pb2 import ExportCustomers
from fanfare.work.v1.send_blast_to_customer_pb2 import SendBlastToCustomer
from fanfare_worker import event_contract, work_contract
from fanfare_worker.envelope import Refused, cloud_event_headers, decode, header_value
from google.protobuf import json_format
from worker_bed import AGENCY, SUBJECT, export


def test_a_task_s_contract_is_read_from_its_type():
    contract = work_contract(SendBlastToCustomer)
    assert (contract.stream, contract.ack_wait, contract.max_failures) == ("WORK_CUSTOMER", 60, 10)
    assert [lane.durable for lane in contract.lanes] == [
        "customer-sender-urgent",
        "customer-sender-standard",
        "customer-sender-bulk",
    ]
    assert contract.lanes[0].max_ack_pending == 2000
    assert work_contract(ExportCustomers).subject(export("a")) == SUBJECT


def test_a_fact_s_contract_is_read_from_its_type():
    contract = event_contract(BlastCompleted)
    assert (contract.stream, contract.subject(BlastCompleted(agency_id="a1"))) == (
        "EVENTS",
        "fanfare.event.blast.completed.a1",
    )


def test_a_type_that_does_not_travel_says_what_is_missing():
    with pytest.raises(TypeError, match=r"fanfare\.options\.v1\.work"):
        work_contract(Content)
    with pytest.raises(TypeError, match=r"fanfare\.options\.v1\.event"):
        event_contract(Content)


JSON_BODY = json_format.MessageToJson(export("by-hand")).encode()


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({}, export("a").SerializeToString()),
        ({"ce-datacontenttype": "application/protobuf"}, export("a").SerializeToString()),
        ({}, JSON_BODY),
        ({"content-TYPE": "application/json; charset=utf-8"}, b" " + JSON_BODY),
        # A field of a newer contract: number 15, a string.
        ({}, export("a").SerializeToString() + b"\x7a\x01x"),
    ],
)
def test_a_valid_body_is_taken_in_protobuf_and_in_json(headers, body):
    assert decode(ExportCustomers, headers, body).agency_id == AGENCY


@pytest.mark.parametrize(
    ("headers", "body", "reason"),
    [
        ({}, b"hello", "undecodable"),
        ({"ce-datacontenttype": "application/protobuf"}, JSON_BODY, "undecodable"),
        ({"content-type": "application/json"}, export("a").SerializeToString(), "undecodable"),
        ({}, b'{"agency": "x"}', "undecodable"),
        ({}, b'{"a":' * 5000, "undecodable"),
        ({}, b"{\xff}", "undecodable"),
        ({"ce-type": "acme.v1.Other"}, export("a").SerializeToString(), "undecodable"),
        ({}, export("a", agency_id="acme").SerializeToString(), "invalid"),
        ({}, export("").SerializeToString(), "invalid"),
        ({}, b"", "invalid"),
    ],
)
def test_what_is_no_such_message_is_refused_with_its_reason(headers, body, reason):
    with pytest.raises(Refused) as refused:
        decode(ExportCustomers, headers, body)
    assert refused.value.reason == reason


def test_the_broken_rule_is_told_by_its_field():
    with pytest.raises(Refused, match="agency_id: must be a valid UUID"):
        decode(ExportCustomers, {}, export("a", agency_id="acme").SerializeToString())


@pytest.mark.parametrize("key", ["a b", "line\r\nNats-Msg-Id: x", "ключ", "%", '"', "\x00", "\U0001f327", "\ud800"])
def test_no_id_breaks_out_of_its_header(key):
    assert all(0x21 <= ord(char) <= 0x7E for char in header_value(key))


def test_headers_are_those_of_a_cloud_event():
    headers = cloud_event_headers("fanfare.event.v1.BlastCompleted", event_id="b:1", source="test", traceparent=None)
    assert {key: headers[key] for key in ("Nats-Msg-Id", "ce-id", "ce-type", "ce-specversion")} == {
        "Nats-Msg-Id": "b:1",
        "ce-id": "b:1",
        "ce-type": "fanfare.event.v1.BlastCompleted",
        "ce-specversion": "1.0",
    }
    assert len(headers["traceparent"]) == 55
