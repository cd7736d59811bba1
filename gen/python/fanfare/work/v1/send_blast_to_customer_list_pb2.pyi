from buf.validate import validate_pb2 as _validate_pb2
from fanfare.options.v1 import doubt_policy_pb2 as _doubt_policy_pb2
from fanfare.options.v1 import lane_pb2 as _lane_pb2
from fanfare.options.v1 import topology_pb2 as _topology_pb2
from fanfare.work.v1 import content_pb2 as _content_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SendBlastToCustomerList(_message.Message):
    __slots__ = ("agency_id", "lane", "idempotency_key", "user_id", "blast_id", "new_blast")
    AGENCY_ID_FIELD_NUMBER: _ClassVar[int]
    LANE_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    BLAST_ID_FIELD_NUMBER: _ClassVar[int]
    NEW_BLAST_FIELD_NUMBER: _ClassVar[int]
    agency_id: str
    lane: _lane_pb2.Lane
    idempotency_key: str
    user_id: str
    blast_id: str
    new_blast: NewBlast
    def __init__(self, agency_id: _Optional[str] = ..., lane: _Optional[_Union[_lane_pb2.Lane, str]] = ..., idempotency_key: _Optional[str] = ..., user_id: _Optional[str] = ..., blast_id: _Optional[str] = ..., new_blast: _Optional[_Union[NewBlast, _Mapping]] = ...) -> None: ...

class NewBlast(_message.Message):
    __slots__ = ("name", "content", "audience", "doubt_policy")
    NAME_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    AUDIENCE_FIELD_NUMBER: _ClassVar[int]
    DOUBT_POLICY_FIELD_NUMBER: _ClassVar[int]
    name: str
    content: _content_pb2.Content
    audience: _content_pb2.Audience
    doubt_policy: _doubt_policy_pb2.DoubtPolicy
    def __init__(self, name: _Optional[str] = ..., content: _Optional[_Union[_content_pb2.Content, _Mapping]] = ..., audience: _Optional[_Union[_content_pb2.Audience, _Mapping]] = ..., doubt_policy: _Optional[_Union[_doubt_policy_pb2.DoubtPolicy, str]] = ...) -> None: ...
