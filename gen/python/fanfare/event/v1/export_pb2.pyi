import datetime

from fanfare.options.v1 import topology_pb2 as _topology_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ExportProgressed(_message.Message):
    __slots__ = ("agency_id", "export_id", "rows", "bytes", "progressed_at")
    AGENCY_ID_FIELD_NUMBER: _ClassVar[int]
    EXPORT_ID_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    BYTES_FIELD_NUMBER: _ClassVar[int]
    PROGRESSED_AT_FIELD_NUMBER: _ClassVar[int]
    agency_id: str
    export_id: str
    rows: int
    bytes: int
    progressed_at: _timestamp_pb2.Timestamp
    def __init__(self, agency_id: _Optional[str] = ..., export_id: _Optional[str] = ..., rows: _Optional[int] = ..., bytes: _Optional[int] = ..., progressed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ExportCompleted(_message.Message):
    __slots__ = ("agency_id", "export_id", "rows", "bytes", "sha256", "completed_at")
    AGENCY_ID_FIELD_NUMBER: _ClassVar[int]
    EXPORT_ID_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    BYTES_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    COMPLETED_AT_FIELD_NUMBER: _ClassVar[int]
    agency_id: str
    export_id: str
    rows: int
    bytes: int
    sha256: str
    completed_at: _timestamp_pb2.Timestamp
    def __init__(self, agency_id: _Optional[str] = ..., export_id: _Optional[str] = ..., rows: _Optional[int] = ..., bytes: _Optional[int] = ..., sha256: _Optional[str] = ..., completed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ExportFailed(_message.Message):
    __slots__ = ("agency_id", "export_id", "failure", "failed_at")
    AGENCY_ID_FIELD_NUMBER: _ClassVar[int]
    EXPORT_ID_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    FAILED_AT_FIELD_NUMBER: _ClassVar[int]
    agency_id: str
    export_id: str
    failure: str
    failed_at: _timestamp_pb2.Timestamp
    def __init__(self, agency_id: _Optional[str] = ..., export_id: _Optional[str] = ..., failure: _Optional[str] = ..., failed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
