import datetime

from fanfare.options.v1 import lane_pb2 as _lane_pb2
from fanfare.options.v1 import topology_pb2 as _topology_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class BlastAccepted(_message.Message):
    __slots__ = ("agency_id", "blast_id", "name", "lane", "accepted_at")
    AGENCY_ID_FIELD_NUMBER: _ClassVar[int]
    BLAST_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    LANE_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_AT_FIELD_NUMBER: _ClassVar[int]
    agency_id: str
    blast_id: str
    name: str
    lane: _lane_pb2.Lane
    accepted_at: _timestamp_pb2.Timestamp
    def __init__(self, agency_id: _Optional[str] = ..., blast_id: _Optional[str] = ..., name: _Optional[str] = ..., lane: _Optional[_Union[_lane_pb2.Lane, str]] = ..., accepted_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class BlastStarted(_message.Message):
    __slots__ = ("agency_id", "blast_id", "audience", "eligible", "started_at")
    AGENCY_ID_FIELD_NUMBER: _ClassVar[int]
    BLAST_ID_FIELD_NUMBER: _ClassVar[int]
    AUDIENCE_FIELD_NUMBER: _ClassVar[int]
    ELIGIBLE_FIELD_NUMBER: _ClassVar[int]
    STARTED_AT_FIELD_NUMBER: _ClassVar[int]
    agency_id: str
    blast_id: str
    audience: int
    eligible: int
    started_at: _timestamp_pb2.Timestamp
    def __init__(self, agency_id: _Optional[str] = ..., blast_id: _Optional[str] = ..., audience: _Optional[int] = ..., eligible: _Optional[int] = ..., started_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class BlastCompleted(_message.Message):
    __slots__ = ("agency_id", "blast_id", "audience", "accepted", "skipped", "rejected", "held", "completed_at")
    AGENCY_ID_FIELD_NUMBER: _ClassVar[int]
    BLAST_ID_FIELD_NUMBER: _ClassVar[int]
    AUDIENCE_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    SKIPPED_FIELD_NUMBER: _ClassVar[int]
    REJECTED_FIELD_NUMBER: _ClassVar[int]
    HELD_FIELD_NUMBER: _ClassVar[int]
    COMPLETED_AT_FIELD_NUMBER: _ClassVar[int]
    agency_id: str
    blast_id: str
    audience: int
    accepted: int
    skipped: int
    rejected: int
    held: int
    completed_at: _timestamp_pb2.Timestamp
    def __init__(self, agency_id: _Optional[str] = ..., blast_id: _Optional[str] = ..., audience: _Optional[int] = ..., accepted: _Optional[int] = ..., skipped: _Optional[int] = ..., rejected: _Optional[int] = ..., held: _Optional[int] = ..., completed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class BlastRefused(_message.Message):
    __slots__ = ("agency_id", "blast_id", "reason", "refused_at")
    AGENCY_ID_FIELD_NUMBER: _ClassVar[int]
    BLAST_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    REFUSED_AT_FIELD_NUMBER: _ClassVar[int]
    agency_id: str
    blast_id: str
    reason: str
    refused_at: _timestamp_pb2.Timestamp
    def __init__(self, agency_id: _Optional[str] = ..., blast_id: _Optional[str] = ..., reason: _Optional[str] = ..., refused_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class BlastCancelled(_message.Message):
    __slots__ = ("agency_id", "blast_id", "cancelled_at")
    AGENCY_ID_FIELD_NUMBER: _ClassVar[int]
    BLAST_ID_FIELD_NUMBER: _ClassVar[int]
    CANCELLED_AT_FIELD_NUMBER: _ClassVar[int]
    agency_id: str
    blast_id: str
    cancelled_at: _timestamp_pb2.Timestamp
    def __init__(self, agency_id: _Optional[str] = ..., blast_id: _Optional[str] = ..., cancelled_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class BlastReportReady(_message.Message):
    __slots__ = ("agency_id", "blast_id", "url", "figures_until")
    AGENCY_ID_FIELD_NUMBER: _ClassVar[int]
    BLAST_ID_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    FIGURES_UNTIL_FIELD_NUMBER: _ClassVar[int]
    agency_id: str
    blast_id: str
    url: str
    figures_until: _timestamp_pb2.Timestamp
    def __init__(self, agency_id: _Optional[str] = ..., blast_id: _Optional[str] = ..., url: _Optional[str] = ..., figures_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
