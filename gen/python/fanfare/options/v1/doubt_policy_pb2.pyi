from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor

class DoubtPolicy(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DOUBT_POLICY_UNSPECIFIED: _ClassVar[DoubtPolicy]
    DOUBT_POLICY_HOLD: _ClassVar[DoubtPolicy]
    DOUBT_POLICY_RESEND: _ClassVar[DoubtPolicy]
DOUBT_POLICY_UNSPECIFIED: DoubtPolicy
DOUBT_POLICY_HOLD: DoubtPolicy
DOUBT_POLICY_RESEND: DoubtPolicy
