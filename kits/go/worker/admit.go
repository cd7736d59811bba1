package worker

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"buf.build/go/protovalidate"
	optionsv1 "github.com/fanfare-mail/fanfare/gen/go/fanfare/options/v1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// Item is one message as a handler sees it: decoded, valid, and of the agency and lane that its subject names.
type Item[M proto.Message] struct {
	Message M
	Subject string
	Lane    optionsv1.Lane
	// MessageID is Nats-Msg-Id, or a name made of stream, sequence and time for a message without one.
	MessageID string
	// HandedOut counts how often the broker has handed it out, this time included. Waiting counts too; it says nothing about failures.
	HandedOut uint64
	// Traceparent is the W3C trace context, if the publisher sent one.
	Traceparent string
	PublishedAt time.Time
}

// refusal is why no handler may see a message: undecodable or invalid, and a sentence for people.
type refusal struct{ reason, detail string }

// A message can break thousands of rules; a person reads the first few.
const maxViolationsTold = 5

var traceparentPattern = regexp.MustCompile(`^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}`)

// admit decodes a message and checks it against its contract and its own subject. An error is our fault, not the message's.
func (w *Worker[M]) admit(held *heldMessage) (*Item[M], *refusal, error) {
	body := held.msg.Data()
	if len(body) > w.contract.MaxBytes {
		return nil, &refusal{"invalid", fmt.Sprintf("The body has %d bytes; %s allows %d.", len(body), w.contract.TypeName, w.contract.MaxBytes)}, nil
	}
	if named, given := header(held.headers, "ce-type"); given && named != w.contract.TypeName {
		return nil, &refusal{"undecodable", fmt.Sprintf("The header ce-type says %s; this queue carries %s.", named, w.contract.TypeName)}, nil
	}
	message := w.newMessage()
	if err := decode(held.headers, body, message); err != nil {
		return nil, &refusal{"undecodable", fmt.Sprintf("The body is no %s: %v", w.contract.TypeName, err)}, nil
	}
	if detail, err := w.violations(message); err != nil {
		return nil, nil, err
	} else if detail != "" {
		return nil, &refusal{"invalid", detail}, nil
	}
	// Broker permissions bind a publisher to the subjects of its agencies and lanes; the body must not say otherwise.
	if said, err := SubjectOf(message); err != nil || said != held.msg.Subject() {
		return nil, &refusal{"invalid", fmt.Sprintf("The body's agency_id and lane belong on %s, but the message came on %s.", said, held.msg.Subject())}, nil
	}
	item := &Item[M]{
		Message: message, Subject: held.msg.Subject(), Lane: laneField(message), HandedOut: held.meta.NumDelivered, PublishedAt: held.meta.Timestamp,
		MessageID: held.headers["Nats-Msg-Id"],
	}
	if item.MessageID == "" {
		item.MessageID = held.name(":")
	}
	if trace := held.headers["traceparent"]; traceparentPattern.MatchString(trace) {
		item.Traceparent = trace
	}
	return item, nil, nil
}

// decode reads binary protobuf, or JSON when the content type says so or when there is none and the body starts with `{` (no binary body of
// ours can), so that `nats pub` works by hand. Unknown fields are refused in JSON, where they are a person's typing error, and kept in binary,
// where they are a newer contract.
func decode(headers map[string]string, body []byte, message proto.Message) error {
	contentType, given := header(headers, "ce-datacontenttype")
	if !given {
		contentType, given = header(headers, "content-type")
	}
	json := bytes.HasPrefix(body, []byte("{"))
	if given {
		json = strings.HasPrefix(strings.ToLower(contentType), "application/json")
	}
	if json {
		return protojson.Unmarshal(body, message)
	}
	return proto.Unmarshal(body, message)
}

// violations tells what breaks the rules of the contract; empty when nothing does.
func (w *Worker[M]) violations(message M) (string, error) {
	err := w.validator.Validate(message)
	var invalid *protovalidate.ValidationError
	if err == nil || !errors.As(err, &invalid) {
		return "", err
	}
	var told []string
	for _, violation := range invalid.Violations[:min(len(invalid.Violations), maxViolationsTold)] {
		told = append(told, violation.String())
	}
	if more := len(invalid.Violations) - len(told); more > 0 {
		told = append(told, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(told, "; "), nil
}

// header finds a header whatever the case of its name: NATS keeps the spelling, and people write Content-Type in several.
func header(headers map[string]string, name string) (string, bool) {
	if value, ok := headers[name]; ok {
		return value, true
	}
	for each, value := range headers {
		if strings.EqualFold(each, name) {
			return value, true
		}
	}
	return "", false
}
