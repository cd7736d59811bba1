import datetime

from buf.validate import validate_pb2 as _validate_pb2
from fanfare.api.v1 import page_pb2 as _page_pb2
from fanfare.options.v1 import lane_pb2 as _lane_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Queue(_message.Message):
    __slots__ = ("name", "lane", "stream", "durable", "pending", "in_flight", "redelivered", "max_ack_pending", "paused", "oldest_age", "pending_by_agency", "handed_out", "contract_max_ack_pending")
    class PendingByAgencyEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    NAME_FIELD_NUMBER: _ClassVar[int]
    LANE_FIELD_NUMBER: _ClassVar[int]
    STREAM_FIELD_NUMBER: _ClassVar[int]
    DURABLE_FIELD_NUMBER: _ClassVar[int]
    PENDING_FIELD_NUMBER: _ClassVar[int]
    IN_FLIGHT_FIELD_NUMBER: _ClassVar[int]
    REDELIVERED_FIELD_NUMBER: _ClassVar[int]
    MAX_ACK_PENDING_FIELD_NUMBER: _ClassVar[int]
    PAUSED_FIELD_NUMBER: _ClassVar[int]
    OLDEST_AGE_FIELD_NUMBER: _ClassVar[int]
    PENDING_BY_AGENCY_FIELD_NUMBER: _ClassVar[int]
    HANDED_OUT_FIELD_NUMBER: _ClassVar[int]
    CONTRACT_MAX_ACK_PENDING_FIELD_NUMBER: _ClassVar[int]
    name: str
    lane: _lane_pb2.Lane
    stream: str
    durable: str
    pending: int
    in_flight: int
    redelivered: int
    max_ack_pending: int
    paused: bool
    oldest_age: _duration_pb2.Duration
    pending_by_agency: _containers.ScalarMap[str, int]
    handed_out: int
    contract_max_ack_pending: int
    def __init__(self, name: _Optional[str] = ..., lane: _Optional[_Union[_lane_pb2.Lane, str]] = ..., stream: _Optional[str] = ..., durable: _Optional[str] = ..., pending: _Optional[int] = ..., in_flight: _Optional[int] = ..., redelivered: _Optional[int] = ..., max_ack_pending: _Optional[int] = ..., paused: _Optional[bool] = ..., oldest_age: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., pending_by_agency: _Optional[_Mapping[str, int]] = ..., handed_out: _Optional[int] = ..., contract_max_ack_pending: _Optional[int] = ...) -> None: ...

class ListQueuesRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListQueuesResponse(_message.Message):
    __slots__ = ("queues",)
    QUEUES_FIELD_NUMBER: _ClassVar[int]
    queues: _containers.RepeatedCompositeFieldContainer[Queue]
    def __init__(self, queues: _Optional[_Iterable[_Union[Queue, _Mapping]]] = ...) -> None: ...

class PauseQueueRequest(_message.Message):
    __slots__ = ("queue", "lane")
    QUEUE_FIELD_NUMBER: _ClassVar[int]
    LANE_FIELD_NUMBER: _ClassVar[int]
    queue: str
    lane: _lane_pb2.Lane
    def __init__(self, queue: _Optional[str] = ..., lane: _Optional[_Union[_lane_pb2.Lane, str]] = ...) -> None: ...

class PauseQueueResponse(_message.Message):
    __slots__ = ("queues",)
    QUEUES_FIELD_NUMBER: _ClassVar[int]
    queues: _containers.RepeatedCompositeFieldContainer[Queue]
    def __init__(self, queues: _Optional[_Iterable[_Union[Queue, _Mapping]]] = ...) -> None: ...

class ResumeQueueRequest(_message.Message):
    __slots__ = ("queue", "lane")
    QUEUE_FIELD_NUMBER: _ClassVar[int]
    LANE_FIELD_NUMBER: _ClassVar[int]
    queue: str
    lane: _lane_pb2.Lane
    def __init__(self, queue: _Optional[str] = ..., lane: _Optional[_Union[_lane_pb2.Lane, str]] = ...) -> None: ...

class ResumeQueueResponse(_message.Message):
    __slots__ = ("queues",)
    QUEUES_FIELD_NUMBER: _ClassVar[int]
    queues: _containers.RepeatedCompositeFieldContainer[Queue]
    def __init__(self, queues: _Optional[_Iterable[_Union[Queue, _Mapping]]] = ...) -> None: ...

class SetQueueLimitRequest(_message.Message):
    __slots__ = ("queue", "lane", "max_ack_pending")
    QUEUE_FIELD_NUMBER: _ClassVar[int]
    LANE_FIELD_NUMBER: _ClassVar[int]
    MAX_ACK_PENDING_FIELD_NUMBER: _ClassVar[int]
    queue: str
    lane: _lane_pb2.Lane
    max_ack_pending: int
    def __init__(self, queue: _Optional[str] = ..., lane: _Optional[_Union[_lane_pb2.Lane, str]] = ..., max_ack_pending: _Optional[int] = ...) -> None: ...

class SetQueueLimitResponse(_message.Message):
    __slots__ = ("queue",)
    QUEUE_FIELD_NUMBER: _ClassVar[int]
    queue: Queue
    def __init__(self, queue: _Optional[_Union[Queue, _Mapping]] = ...) -> None: ...

class AgencyLimits(_message.Message):
    __slots__ = ("weight", "in_flight_max", "per_second_max")
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    IN_FLIGHT_MAX_FIELD_NUMBER: _ClassVar[int]
    PER_SECOND_MAX_FIELD_NUMBER: _ClassVar[int]
    weight: int
    in_flight_max: int
    per_second_max: int
    def __init__(self, weight: _Optional[int] = ..., in_flight_max: _Optional[int] = ..., per_second_max: _Optional[int] = ...) -> None: ...

class GetAgencyLimitsRequest(_message.Message):
    __slots__ = ("agency_id",)
    AGENCY_ID_FIELD_NUMBER: _ClassVar[int]
    agency_id: str
    def __init__(self, agency_id: _Optional[str] = ...) -> None: ...

class GetAgencyLimitsResponse(_message.Message):
    __slots__ = ("limits",)
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    limits: AgencyLimits
    def __init__(self, limits: _Optional[_Union[AgencyLimits, _Mapping]] = ...) -> None: ...

class SetAgencyLimitsRequest(_message.Message):
    __slots__ = ("agency_id", "limits")
    AGENCY_ID_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    agency_id: str
    limits: AgencyLimits
    def __init__(self, agency_id: _Optional[str] = ..., limits: _Optional[_Union[AgencyLimits, _Mapping]] = ...) -> None: ...

class SetAgencyLimitsResponse(_message.Message):
    __slots__ = ("limits",)
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    limits: AgencyLimits
    def __init__(self, limits: _Optional[_Union[AgencyLimits, _Mapping]] = ...) -> None: ...

class DeadLetter(_message.Message):
    __slots__ = ("id", "agency_id", "stream", "subject", "message_type", "reason", "detail", "body_json", "body", "headers", "deliveries", "failures", "at", "requeued_at")
    class HeadersEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    AGENCY_ID_FIELD_NUMBER: _ClassVar[int]
    STREAM_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_TYPE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    BODY_JSON_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    HEADERS_FIELD_NUMBER: _ClassVar[int]
    DELIVERIES_FIELD_NUMBER: _ClassVar[int]
    FAILURES_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    REQUEUED_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    agency_id: str
    stream: str
    subject: str
    message_type: str
    reason: str
    detail: str
    body_json: str
    body: bytes
    headers: _containers.ScalarMap[str, str]
    deliveries: int
    failures: int
    at: _timestamp_pb2.Timestamp
    requeued_at: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., agency_id: _Optional[str] = ..., stream: _Optional[str] = ..., subject: _Optional[str] = ..., message_type: _Optional[str] = ..., reason: _Optional[str] = ..., detail: _Optional[str] = ..., body_json: _Optional[str] = ..., body: _Optional[bytes] = ..., headers: _Optional[_Mapping[str, str]] = ..., deliveries: _Optional[int] = ..., failures: _Optional[int] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., requeued_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListDeadLettersRequest(_message.Message):
    __slots__ = ("page", "queue", "reason", "include_requeued")
    PAGE_FIELD_NUMBER: _ClassVar[int]
    QUEUE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_REQUEUED_FIELD_NUMBER: _ClassVar[int]
    page: _page_pb2.PageRequest
    queue: str
    reason: str
    include_requeued: bool
    def __init__(self, page: _Optional[_Union[_page_pb2.PageRequest, _Mapping]] = ..., queue: _Optional[str] = ..., reason: _Optional[str] = ..., include_requeued: _Optional[bool] = ...) -> None: ...

class ListDeadLettersResponse(_message.Message):
    __slots__ = ("dead_letters", "page")
    DEAD_LETTERS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    dead_letters: _containers.RepeatedCompositeFieldContainer[DeadLetter]
    page: _page_pb2.PageResponse
    def __init__(self, dead_letters: _Optional[_Iterable[_Union[DeadLetter, _Mapping]]] = ..., page: _Optional[_Union[_page_pb2.PageResponse, _Mapping]] = ...) -> None: ...

class GetDeadLetterRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class GetDeadLetterResponse(_message.Message):
    __slots__ = ("dead_letter",)
    DEAD_LETTER_FIELD_NUMBER: _ClassVar[int]
    dead_letter: DeadLetter
    def __init__(self, dead_letter: _Optional[_Union[DeadLetter, _Mapping]] = ...) -> None: ...

class RequeueDeadLettersRequest(_message.Message):
    __slots__ = ("ids", "queue", "reason", "all")
    IDS_FIELD_NUMBER: _ClassVar[int]
    QUEUE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    ALL_FIELD_NUMBER: _ClassVar[int]
    ids: _containers.RepeatedScalarFieldContainer[str]
    queue: str
    reason: str
    all: bool
    def __init__(self, ids: _Optional[_Iterable[str]] = ..., queue: _Optional[str] = ..., reason: _Optional[str] = ..., all: _Optional[bool] = ...) -> None: ...

class RequeueDeadLettersResponse(_message.Message):
    __slots__ = ("requeued", "remaining")
    REQUEUED_FIELD_NUMBER: _ClassVar[int]
    REMAINING_FIELD_NUMBER: _ClassVar[int]
    requeued: int
    remaining: int
    def __init__(self, requeued: _Optional[int] = ..., remaining: _Optional[int] = ...) -> None: ...

class AgencyDoubts(_message.Message):
    __slots__ = ("agency_id", "agency_name", "sending_domain", "in_doubt", "oldest_in_doubt_at", "most_looks", "held", "blasts")
    AGENCY_ID_FIELD_NUMBER: _ClassVar[int]
    AGENCY_NAME_FIELD_NUMBER: _ClassVar[int]
    SENDING_DOMAIN_FIELD_NUMBER: _ClassVar[int]
    IN_DOUBT_FIELD_NUMBER: _ClassVar[int]
    OLDEST_IN_DOUBT_AT_FIELD_NUMBER: _ClassVar[int]
    MOST_LOOKS_FIELD_NUMBER: _ClassVar[int]
    HELD_FIELD_NUMBER: _ClassVar[int]
    BLASTS_FIELD_NUMBER: _ClassVar[int]
    agency_id: str
    agency_name: str
    sending_domain: str
    in_doubt: int
    oldest_in_doubt_at: _timestamp_pb2.Timestamp
    most_looks: int
    held: int
    blasts: _containers.RepeatedCompositeFieldContainer[BlastDoubts]
    def __init__(self, agency_id: _Optional[str] = ..., agency_name: _Optional[str] = ..., sending_domain: _Optional[str] = ..., in_doubt: _Optional[int] = ..., oldest_in_doubt_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., most_looks: _Optional[int] = ..., held: _Optional[int] = ..., blasts: _Optional[_Iterable[_Union[BlastDoubts, _Mapping]]] = ...) -> None: ...

class BlastDoubts(_message.Message):
    __slots__ = ("blast_id", "name", "in_doubt", "held", "accepted_at")
    BLAST_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    IN_DOUBT_FIELD_NUMBER: _ClassVar[int]
    HELD_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_AT_FIELD_NUMBER: _ClassVar[int]
    blast_id: str
    name: str
    in_doubt: int
    held: int
    accepted_at: _timestamp_pb2.Timestamp
    def __init__(self, blast_id: _Optional[str] = ..., name: _Optional[str] = ..., in_doubt: _Optional[int] = ..., held: _Optional[int] = ..., accepted_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListDoubtsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListDoubtsResponse(_message.Message):
    __slots__ = ("agencies",)
    AGENCIES_FIELD_NUMBER: _ClassVar[int]
    agencies: _containers.RepeatedCompositeFieldContainer[AgencyDoubts]
    def __init__(self, agencies: _Optional[_Iterable[_Union[AgencyDoubts, _Mapping]]] = ...) -> None: ...

class DomainHealth(_message.Message):
    __slots__ = ("agency_id", "agency_name", "sending_domain", "window", "accepted", "retried", "rejected", "in_doubt", "accepted_per_second", "last_accepted_at", "last_trouble", "last_trouble_at", "on_the_wire")
    AGENCY_ID_FIELD_NUMBER: _ClassVar[int]
    AGENCY_NAME_FIELD_NUMBER: _ClassVar[int]
    SENDING_DOMAIN_FIELD_NUMBER: _ClassVar[int]
    WINDOW_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    RETRIED_FIELD_NUMBER: _ClassVar[int]
    REJECTED_FIELD_NUMBER: _ClassVar[int]
    IN_DOUBT_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_PER_SECOND_FIELD_NUMBER: _ClassVar[int]
    LAST_ACCEPTED_AT_FIELD_NUMBER: _ClassVar[int]
    LAST_TROUBLE_FIELD_NUMBER: _ClassVar[int]
    LAST_TROUBLE_AT_FIELD_NUMBER: _ClassVar[int]
    ON_THE_WIRE_FIELD_NUMBER: _ClassVar[int]
    agency_id: str
    agency_name: str
    sending_domain: str
    window: _duration_pb2.Duration
    accepted: int
    retried: int
    rejected: int
    in_doubt: int
    accepted_per_second: float
    last_accepted_at: _timestamp_pb2.Timestamp
    last_trouble: str
    last_trouble_at: _timestamp_pb2.Timestamp
    on_the_wire: int
    def __init__(self, agency_id: _Optional[str] = ..., agency_name: _Optional[str] = ..., sending_domain: _Optional[str] = ..., window: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., accepted: _Optional[int] = ..., retried: _Optional[int] = ..., rejected: _Optional[int] = ..., in_doubt: _Optional[int] = ..., accepted_per_second: _Optional[float] = ..., last_accepted_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., last_trouble: _Optional[str] = ..., last_trouble_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., on_the_wire: _Optional[int] = ...) -> None: ...

class ListProviderHealthRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListProviderHealthResponse(_message.Message):
    __slots__ = ("domains",)
    DOMAINS_FIELD_NUMBER: _ClassVar[int]
    domains: _containers.RepeatedCompositeFieldContainer[DomainHealth]
    def __init__(self, domains: _Optional[_Iterable[_Union[DomainHealth, _Mapping]]] = ...) -> None: ...
