import datetime

from buf.validate import validate_pb2 as _validate_pb2
from fanfare.api.v1 import blast_pb2 as _blast_pb2
from fanfare.api.v1 import page_pb2 as _page_pb2
from fanfare.work.v1 import export_customers_pb2 as _export_customers_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ExportState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    EXPORT_STATE_UNSPECIFIED: _ClassVar[ExportState]
    EXPORT_STATE_REQUESTED: _ClassVar[ExportState]
    EXPORT_STATE_RUNNING: _ClassVar[ExportState]
    EXPORT_STATE_COMPLETED: _ClassVar[ExportState]
    EXPORT_STATE_FAILED: _ClassVar[ExportState]
EXPORT_STATE_UNSPECIFIED: ExportState
EXPORT_STATE_REQUESTED: ExportState
EXPORT_STATE_RUNNING: ExportState
EXPORT_STATE_COMPLETED: ExportState
EXPORT_STATE_FAILED: ExportState

class ExportSpec(_message.Message):
    __slots__ = ("subject", "format", "blast_id", "state", "reason", "list_id", "search", "customer_id")
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    BLAST_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    LIST_ID_FIELD_NUMBER: _ClassVar[int]
    SEARCH_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    subject: _export_customers_pb2.ExportSubject
    format: _export_customers_pb2.ExportFormat
    blast_id: str
    state: _blast_pb2.DeliveryState
    reason: str
    list_id: str
    search: str
    customer_id: str
    def __init__(self, subject: _Optional[_Union[_export_customers_pb2.ExportSubject, str]] = ..., format: _Optional[_Union[_export_customers_pb2.ExportFormat, str]] = ..., blast_id: _Optional[str] = ..., state: _Optional[_Union[_blast_pb2.DeliveryState, str]] = ..., reason: _Optional[str] = ..., list_id: _Optional[str] = ..., search: _Optional[str] = ..., customer_id: _Optional[str] = ...) -> None: ...

class Export(_message.Message):
    __slots__ = ("id", "spec", "state", "rows", "bytes", "sha256", "failure", "file_name", "requested_at", "changed_at", "completed_at", "expires_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    SPEC_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    BYTES_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    FILE_NAME_FIELD_NUMBER: _ClassVar[int]
    REQUESTED_AT_FIELD_NUMBER: _ClassVar[int]
    CHANGED_AT_FIELD_NUMBER: _ClassVar[int]
    COMPLETED_AT_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    spec: ExportSpec
    state: ExportState
    rows: int
    bytes: int
    sha256: str
    failure: str
    file_name: str
    requested_at: _timestamp_pb2.Timestamp
    changed_at: _timestamp_pb2.Timestamp
    completed_at: _timestamp_pb2.Timestamp
    expires_at: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., spec: _Optional[_Union[ExportSpec, _Mapping]] = ..., state: _Optional[_Union[ExportState, str]] = ..., rows: _Optional[int] = ..., bytes: _Optional[int] = ..., sha256: _Optional[str] = ..., failure: _Optional[str] = ..., file_name: _Optional[str] = ..., requested_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., changed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., completed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class RequestExportRequest(_message.Message):
    __slots__ = ("idempotency_key", "spec")
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    SPEC_FIELD_NUMBER: _ClassVar[int]
    idempotency_key: str
    spec: ExportSpec
    def __init__(self, idempotency_key: _Optional[str] = ..., spec: _Optional[_Union[ExportSpec, _Mapping]] = ...) -> None: ...

class RequestExportResponse(_message.Message):
    __slots__ = ("export", "replayed")
    EXPORT_FIELD_NUMBER: _ClassVar[int]
    REPLAYED_FIELD_NUMBER: _ClassVar[int]
    export: Export
    replayed: bool
    def __init__(self, export: _Optional[_Union[Export, _Mapping]] = ..., replayed: _Optional[bool] = ...) -> None: ...

class GetExportRequest(_message.Message):
    __slots__ = ("export_id",)
    EXPORT_ID_FIELD_NUMBER: _ClassVar[int]
    export_id: str
    def __init__(self, export_id: _Optional[str] = ...) -> None: ...

class GetExportResponse(_message.Message):
    __slots__ = ("export",)
    EXPORT_FIELD_NUMBER: _ClassVar[int]
    export: Export
    def __init__(self, export: _Optional[_Union[Export, _Mapping]] = ...) -> None: ...

class ListExportsRequest(_message.Message):
    __slots__ = ("page",)
    PAGE_FIELD_NUMBER: _ClassVar[int]
    page: _page_pb2.PageRequest
    def __init__(self, page: _Optional[_Union[_page_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class ListExportsResponse(_message.Message):
    __slots__ = ("exports", "page")
    EXPORTS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    exports: _containers.RepeatedCompositeFieldContainer[Export]
    page: _page_pb2.PageResponse
    def __init__(self, exports: _Optional[_Iterable[_Union[Export, _Mapping]]] = ..., page: _Optional[_Union[_page_pb2.PageResponse, _Mapping]] = ...) -> None: ...

class DownloadExportRequest(_message.Message):
    __slots__ = ("export_id", "offset")
    EXPORT_ID_FIELD_NUMBER: _ClassVar[int]
    OFFSET_FIELD_NUMBER: _ClassVar[int]
    export_id: str
    offset: int
    def __init__(self, export_id: _Optional[str] = ..., offset: _Optional[int] = ...) -> None: ...

class DownloadExportResponse(_message.Message):
    __slots__ = ("chunk",)
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    chunk: bytes
    def __init__(self, chunk: _Optional[bytes] = ...) -> None: ...

class BeginExportRequest(_message.Message):
    __slots__ = ("agency_id", "idempotency_key", "worker")
    AGENCY_ID_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    WORKER_FIELD_NUMBER: _ClassVar[int]
    agency_id: str
    idempotency_key: str
    worker: str
    def __init__(self, agency_id: _Optional[str] = ..., idempotency_key: _Optional[str] = ..., worker: _Optional[str] = ...) -> None: ...

class BeginExportResponse(_message.Message):
    __slots__ = ("export", "attempt", "checkpoint", "checkpoint_attempt", "token")
    EXPORT_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    CHECKPOINT_FIELD_NUMBER: _ClassVar[int]
    CHECKPOINT_ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    export: Export
    attempt: int
    checkpoint: bytes
    checkpoint_attempt: int
    token: str
    def __init__(self, export: _Optional[_Union[Export, _Mapping]] = ..., attempt: _Optional[int] = ..., checkpoint: _Optional[bytes] = ..., checkpoint_attempt: _Optional[int] = ..., token: _Optional[str] = ...) -> None: ...

class ReportExportRequest(_message.Message):
    __slots__ = ("agency_id", "export_id", "attempt", "rows", "bytes", "checkpoint")
    AGENCY_ID_FIELD_NUMBER: _ClassVar[int]
    EXPORT_ID_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    BYTES_FIELD_NUMBER: _ClassVar[int]
    CHECKPOINT_FIELD_NUMBER: _ClassVar[int]
    agency_id: str
    export_id: str
    attempt: int
    rows: int
    bytes: int
    checkpoint: bytes
    def __init__(self, agency_id: _Optional[str] = ..., export_id: _Optional[str] = ..., attempt: _Optional[int] = ..., rows: _Optional[int] = ..., bytes: _Optional[int] = ..., checkpoint: _Optional[bytes] = ...) -> None: ...

class ReportExportResponse(_message.Message):
    __slots__ = ("token",)
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    token: str
    def __init__(self, token: _Optional[str] = ...) -> None: ...

class CompleteExportRequest(_message.Message):
    __slots__ = ("agency_id", "export_id", "attempt", "rows", "bytes", "sha256", "file")
    AGENCY_ID_FIELD_NUMBER: _ClassVar[int]
    EXPORT_ID_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    BYTES_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    FILE_FIELD_NUMBER: _ClassVar[int]
    agency_id: str
    export_id: str
    attempt: int
    rows: int
    bytes: int
    sha256: str
    file: str
    def __init__(self, agency_id: _Optional[str] = ..., export_id: _Optional[str] = ..., attempt: _Optional[int] = ..., rows: _Optional[int] = ..., bytes: _Optional[int] = ..., sha256: _Optional[str] = ..., file: _Optional[str] = ...) -> None: ...

class CompleteExportResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class FailExportRequest(_message.Message):
    __slots__ = ("agency_id", "export_id", "attempt", "failure")
    AGENCY_ID_FIELD_NUMBER: _ClassVar[int]
    EXPORT_ID_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    agency_id: str
    export_id: str
    attempt: int
    failure: str
    def __init__(self, agency_id: _Optional[str] = ..., export_id: _Optional[str] = ..., attempt: _Optional[int] = ..., failure: _Optional[str] = ...) -> None: ...

class FailExportResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ReviveExportsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ReviveExportsResponse(_message.Message):
    __slots__ = ("revived",)
    REVIVED_FIELD_NUMBER: _ClassVar[int]
    revived: int
    def __init__(self, revived: _Optional[int] = ...) -> None: ...
