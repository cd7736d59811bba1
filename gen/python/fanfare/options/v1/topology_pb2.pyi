import datetime

from fanfare.options.v1 import lane_pb2 as _lane_pb2
from google.protobuf import descriptor_pb2 as _descriptor_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor
WORK_FIELD_NUMBER: _ClassVar[int]
work: _descriptor.FieldDescriptor
EVENT_FIELD_NUMBER: _ClassVar[int]
event: _descriptor.FieldDescriptor

class WorkQueue(_message.Message):
    __slots__ = ("stream", "queue", "durable", "ack_wait", "max_failures", "backoff_initial", "backoff_max", "lanes", "max_stream_bytes", "max_message_bytes", "duplicate_window")
    STREAM_FIELD_NUMBER: _ClassVar[int]
    QUEUE_FIELD_NUMBER: _ClassVar[int]
    DURABLE_FIELD_NUMBER: _ClassVar[int]
    ACK_WAIT_FIELD_NUMBER: _ClassVar[int]
    MAX_FAILURES_FIELD_NUMBER: _ClassVar[int]
    BACKOFF_INITIAL_FIELD_NUMBER: _ClassVar[int]
    BACKOFF_MAX_FIELD_NUMBER: _ClassVar[int]
    LANES_FIELD_NUMBER: _ClassVar[int]
    MAX_STREAM_BYTES_FIELD_NUMBER: _ClassVar[int]
    MAX_MESSAGE_BYTES_FIELD_NUMBER: _ClassVar[int]
    DUPLICATE_WINDOW_FIELD_NUMBER: _ClassVar[int]
    stream: str
    queue: str
    durable: str
    ack_wait: _duration_pb2.Duration
    max_failures: int
    backoff_initial: _duration_pb2.Duration
    backoff_max: _duration_pb2.Duration
    lanes: _containers.RepeatedCompositeFieldContainer[LaneLimit]
    max_stream_bytes: int
    max_message_bytes: int
    duplicate_window: _duration_pb2.Duration
    def __init__(self, stream: _Optional[str] = ..., queue: _Optional[str] = ..., durable: _Optional[str] = ..., ack_wait: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., max_failures: _Optional[int] = ..., backoff_initial: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., backoff_max: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., lanes: _Optional[_Iterable[_Union[LaneLimit, _Mapping]]] = ..., max_stream_bytes: _Optional[int] = ..., max_message_bytes: _Optional[int] = ..., duplicate_window: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class LaneLimit(_message.Message):
    __slots__ = ("lane", "max_ack_pending", "max_batch")
    LANE_FIELD_NUMBER: _ClassVar[int]
    MAX_ACK_PENDING_FIELD_NUMBER: _ClassVar[int]
    MAX_BATCH_FIELD_NUMBER: _ClassVar[int]
    lane: _lane_pb2.Lane
    max_ack_pending: int
    max_batch: int
    def __init__(self, lane: _Optional[_Union[_lane_pb2.Lane, str]] = ..., max_ack_pending: _Optional[int] = ..., max_batch: _Optional[int] = ...) -> None: ...

class EventSubject(_message.Message):
    __slots__ = ("stream", "entity", "fact")
    STREAM_FIELD_NUMBER: _ClassVar[int]
    ENTITY_FIELD_NUMBER: _ClassVar[int]
    FACT_FIELD_NUMBER: _ClassVar[int]
    stream: str
    entity: str
    fact: str
    def __init__(self, stream: _Optional[str] = ..., entity: _Optional[str] = ..., fact: _Optional[str] = ...) -> None: ...
