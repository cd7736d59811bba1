from buf.validate import validate_pb2 as _validate_pb2
from fanfare.options.v1 import lane_pb2 as _lane_pb2
from fanfare.options.v1 import topology_pb2 as _topology_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ExportSubject(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    EXPORT_SUBJECT_UNSPECIFIED: _ClassVar[ExportSubject]
    EXPORT_SUBJECT_CUSTOMERS: _ClassVar[ExportSubject]
    EXPORT_SUBJECT_DELIVERIES: _ClassVar[ExportSubject]
    EXPORT_SUBJECT_ACTIVITIES: _ClassVar[ExportSubject]

class ExportFormat(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    EXPORT_FORMAT_UNSPECIFIED: _ClassVar[ExportFormat]
    EXPORT_FORMAT_CSV: _ClassVar[ExportFormat]
    EXPORT_FORMAT_PARQUET: _ClassVar[ExportFormat]
EXPORT_SUBJECT_UNSPECIFIED: ExportSubject
EXPORT_SUBJECT_CUSTOMERS: ExportSubject
EXPORT_SUBJECT_DELIVERIES: ExportSubject
EXPORT_SUBJECT_ACTIVITIES: ExportSubject
EXPORT_FORMAT_UNSPECIFIED: ExportFormat
EXPORT_FORMAT_CSV: ExportFormat
EXPORT_FORMAT_PARQUET: ExportFormat

class ExportCustomers(_message.Message):
    __slots__ = ("agency_id", "lane", "idempotency_key", "subject", "format", "blast_id")
    AGENCY_ID_FIELD_NUMBER: _ClassVar[int]
    LANE_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    BLAST_ID_FIELD_NUMBER: _ClassVar[int]
    agency_id: str
    lane: _lane_pb2.Lane
    idempotency_key: str
    subject: ExportSubject
    format: ExportFormat
    blast_id: str
    def __init__(self, agency_id: _Optional[str] = ..., lane: _Optional[_Union[_lane_pb2.Lane, str]] = ..., idempotency_key: _Optional[str] = ..., subject: _Optional[_Union[ExportSubject, str]] = ..., format: _Optional[_Union[ExportFormat, str]] = ..., blast_id: _Optional[str] = ...) -> None: ...
