from buf.validate import validate_pb2 as _validate_pb2
from fanfare.options.v1 import lane_pb2 as _lane_pb2
from fanfare.options.v1 import topology_pb2 as _topology_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ConformanceAction(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CONFORMANCE_ACTION_UNSPECIFIED: _ClassVar[ConformanceAction]
    CONFORMANCE_ACTION_SUCCEED: _ClassVar[ConformanceAction]
    CONFORMANCE_ACTION_FAIL: _ClassVar[ConformanceAction]
    CONFORMANCE_ACTION_REJECT: _ClassVar[ConformanceAction]
    CONFORMANCE_ACTION_DEFER: _ClassVar[ConformanceAction]

class ConformanceStep(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CONFORMANCE_STEP_UNSPECIFIED: _ClassVar[ConformanceStep]
    CONFORMANCE_STEP_BEGAN: _ClassVar[ConformanceStep]
    CONFORMANCE_STEP_DONE: _ClassVar[ConformanceStep]
CONFORMANCE_ACTION_UNSPECIFIED: ConformanceAction
CONFORMANCE_ACTION_SUCCEED: ConformanceAction
CONFORMANCE_ACTION_FAIL: ConformanceAction
CONFORMANCE_ACTION_REJECT: ConformanceAction
CONFORMANCE_ACTION_DEFER: ConformanceAction
CONFORMANCE_STEP_UNSPECIFIED: ConformanceStep
CONFORMANCE_STEP_BEGAN: ConformanceStep
CONFORMANCE_STEP_DONE: ConformanceStep

class ConformanceTask(_message.Message):
    __slots__ = ("agency_id", "lane", "idempotency_key", "action", "work_ms")
    AGENCY_ID_FIELD_NUMBER: _ClassVar[int]
    LANE_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    WORK_MS_FIELD_NUMBER: _ClassVar[int]
    agency_id: str
    lane: _lane_pb2.Lane
    idempotency_key: str
    action: ConformanceAction
    work_ms: int
    def __init__(self, agency_id: _Optional[str] = ..., lane: _Optional[_Union[_lane_pb2.Lane, str]] = ..., idempotency_key: _Optional[str] = ..., action: _Optional[_Union[ConformanceAction, str]] = ..., work_ms: _Optional[int] = ...) -> None: ...

class ConformanceReported(_message.Message):
    __slots__ = ("agency_id", "idempotency_key", "step", "worker")
    AGENCY_ID_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    WORKER_FIELD_NUMBER: _ClassVar[int]
    agency_id: str
    idempotency_key: str
    step: ConformanceStep
    worker: str
    def __init__(self, agency_id: _Optional[str] = ..., idempotency_key: _Optional[str] = ..., step: _Optional[_Union[ConformanceStep, str]] = ..., worker: _Optional[str] = ...) -> None: ...
