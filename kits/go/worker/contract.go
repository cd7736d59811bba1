package worker

import (
	"fmt"
	"time"

	optionsv1 "github.com/fanfare-mail/fanfare/gen/go/fanfare/options/v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// Contract says how a task travels, as its message type declares it.
type Contract struct {
	TypeName       string
	Stream         string
	Queue          string
	AckWait        time.Duration
	MaxFailures    uint32
	BackoffInitial time.Duration
	BackoffMax     time.Duration
	MaxBytes       int
	Lanes          []LaneContract
}

// LaneContract is one lane of a work queue: a durable consumer with a limit of its own.
type LaneContract struct {
	Lane     optionsv1.Lane
	Name     string
	Durable  string
	MaxBatch int
}

var laneNames = map[optionsv1.Lane]string{
	optionsv1.Lane_LANE_URGENT:   "urgent",
	optionsv1.Lane_LANE_STANDARD: "standard",
	optionsv1.Lane_LANE_BULK:     "bulk",
}

// ContractOf reads the option (fanfare.options.v1.work) of a task's type. It fails for a type that travels on no work queue.
func ContractOf(task protoreflect.MessageDescriptor) (Contract, error) {
	work, ok := option[*optionsv1.WorkQueue](task, optionsv1.E_Work)
	if !ok {
		return Contract{}, fmt.Errorf("%s carries no option (fanfare.options.v1.work), so it travels on no work queue; use a type of fanfare.work.v1", task.FullName())
	}
	contract := Contract{
		TypeName:       string(task.FullName()),
		Stream:         work.GetStream(),
		Queue:          work.GetQueue(),
		AckWait:        work.GetAckWait().AsDuration(),
		MaxFailures:    work.GetMaxFailures(),
		BackoffInitial: work.GetBackoffInitial().AsDuration(),
		BackoffMax:     work.GetBackoffMax().AsDuration(),
		MaxBytes:       int(work.GetMaxMessageBytes()),
	}
	for _, limit := range work.GetLanes() {
		name, known := laneNames[limit.GetLane()]
		if !known {
			return Contract{}, fmt.Errorf("%s declares the lane %s, which this kit does not know; update it", task.FullName(), limit.GetLane())
		}
		contract.Lanes = append(contract.Lanes, LaneContract{
			Lane:     limit.GetLane(),
			Name:     name,
			Durable:  work.GetDurable() + "-" + name,
			MaxBatch: max(1, int(limit.GetMaxBatch())),
		})
	}
	return contract, nil
}

// SubjectOf is the subject that a message travels on, by the option of its type: a task's by lane and agency, a fact's by agency.
func SubjectOf(message proto.Message) (string, error) {
	descriptor := message.ProtoReflect().Descriptor()
	agency := textField(message, "agency_id")
	if work, ok := option[*optionsv1.WorkQueue](descriptor, optionsv1.E_Work); ok {
		return workSubject(work.GetQueue(), laneField(message), agency)
	}
	if event, ok := option[*optionsv1.EventSubject](descriptor, optionsv1.E_Event); ok {
		return fmt.Sprintf("fanfare.event.%s.%s.%s", event.GetEntity(), event.GetFact(), agency), nil
	}
	return "", fmt.Errorf("%s carries neither (fanfare.options.v1.work) nor (fanfare.options.v1.event), so it is published nowhere", descriptor.FullName())
}

func workSubject(queue string, lane optionsv1.Lane, agency string) (string, error) {
	name, known := laneNames[lane]
	if !known {
		return "", fmt.Errorf("lane %s has no name; use LANE_URGENT, LANE_STANDARD or LANE_BULK", lane)
	}
	return fmt.Sprintf("fanfare.work.%s.%s.%s", queue, name, agency), nil
}

func option[T any](descriptor protoreflect.MessageDescriptor, extension protoreflect.ExtensionType) (T, bool) {
	options := descriptor.Options()
	if !proto.HasExtension(options, extension) {
		var none T
		return none, false
	}
	value, ok := proto.GetExtension(options, extension).(T)
	return value, ok
}

// textField reads a string field that every task or fact has; empty when it has none.
func textField(message proto.Message, name protoreflect.Name) string {
	reflected := message.ProtoReflect()
	field := reflected.Descriptor().Fields().ByName(name)
	if field == nil || field.Kind() != protoreflect.StringKind {
		return ""
	}
	return reflected.Get(field).String()
}

func laneField(message proto.Message) optionsv1.Lane {
	reflected := message.ProtoReflect()
	field := reflected.Descriptor().Fields().ByName("lane")
	if field == nil || field.Kind() != protoreflect.EnumKind {
		return optionsv1.Lane_LANE_UNSPECIFIED
	}
	return optionsv1.Lane(reflected.Get(field).Enum())
}
