import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RunAuditRequest(_message.Message):
    __slots__ = ("agency_id", "blast_id")
    AGENCY_ID_FIELD_NUMBER: _ClassVar[int]
    BLAST_ID_FIELD_NUMBER: _ClassVar[int]
    agency_id: str
    blast_id: str
    def __init__(self, agency_id: _Optional[str] = ..., blast_id: _Optional[str] = ...) -> None: ...

class RunAuditResponse(_message.Message):
    __slots__ = ("finding", "summary")
    FINDING_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    finding: AuditFinding
    summary: AuditSummary
    def __init__(self, finding: _Optional[_Union[AuditFinding, _Mapping]] = ..., summary: _Optional[_Union[AuditSummary, _Mapping]] = ...) -> None: ...

class AuditFinding(_message.Message):
    __slots__ = ("check", "invariant", "agency_id", "blast_id", "sequence", "sentence")
    CHECK_FIELD_NUMBER: _ClassVar[int]
    INVARIANT_FIELD_NUMBER: _ClassVar[int]
    AGENCY_ID_FIELD_NUMBER: _ClassVar[int]
    BLAST_ID_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    SENTENCE_FIELD_NUMBER: _ClassVar[int]
    check: str
    invariant: str
    agency_id: str
    blast_id: str
    sequence: int
    sentence: str
    def __init__(self, check: _Optional[str] = ..., invariant: _Optional[str] = ..., agency_id: _Optional[str] = ..., blast_id: _Optional[str] = ..., sequence: _Optional[int] = ..., sentence: _Optional[str] = ...) -> None: ...

class AuditSummary(_message.Message):
    __slots__ = ("checks", "findings", "at")
    CHECKS_FIELD_NUMBER: _ClassVar[int]
    FINDINGS_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    checks: _containers.RepeatedCompositeFieldContainer[AuditCheck]
    findings: int
    at: _timestamp_pb2.Timestamp
    def __init__(self, checks: _Optional[_Iterable[_Union[AuditCheck, _Mapping]]] = ..., findings: _Optional[int] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class AuditCheck(_message.Message):
    __slots__ = ("name", "invariant", "findings", "cut_short", "took_ms", "failure")
    NAME_FIELD_NUMBER: _ClassVar[int]
    INVARIANT_FIELD_NUMBER: _ClassVar[int]
    FINDINGS_FIELD_NUMBER: _ClassVar[int]
    CUT_SHORT_FIELD_NUMBER: _ClassVar[int]
    TOOK_MS_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    name: str
    invariant: str
    findings: int
    cut_short: bool
    took_ms: int
    failure: str
    def __init__(self, name: _Optional[str] = ..., invariant: _Optional[str] = ..., findings: _Optional[int] = ..., cut_short: _Optional[bool] = ..., took_ms: _Optional[int] = ..., failure: _Optional[str] = ...) -> None: ...
