package worker

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"google.golang.org/protobuf/proto"
)

// Meta is what travels beside a message's body.
type Meta struct {
	// ID says which message it is: the same id is the same message. A task's may be left out; it is agency and idempotency key.
	ID string
	// Source is the program, for example exporter@host:1.
	Source string
	// Traceparent goes on with the trace of the message that caused this one; left out, a new trace begins.
	Traceparent string
}

// Envelope makes the NATS message of a task or fact: CloudEvents in binary mode, on the subject that its type declares.
func Envelope(message proto.Message, meta Meta) (*nats.Msg, error) {
	subject, err := SubjectOf(message)
	if err != nil {
		return nil, err
	}
	body, err := proto.Marshal(message)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", message.ProtoReflect().Descriptor().FullName(), err)
	}
	id := meta.ID
	if key := textField(message, "idempotency_key"); id == "" && key != "" {
		id = textField(message, "agency_id") + ":" + key
	}
	if id == "" {
		return nil, fmt.Errorf("%s needs an id: without one it cannot be told from its repetition", message.ProtoReflect().Descriptor().FullName())
	}
	if meta.Traceparent == "" {
		meta.Traceparent = newTraceparent()
	}
	envelope := nats.NewMsg(subject)
	envelope.Data = body
	for name, value := range map[string]string{
		"Nats-Msg-Id":        headerValue(id),
		"ce-specversion":     "1.0",
		"ce-id":              headerValue(id),
		"ce-type":            string(message.ProtoReflect().Descriptor().FullName()),
		"ce-source":          headerValue(meta.Source),
		"ce-time":            time.Now().UTC().Format("2006-01-02T15:04:05.000Z"),
		"ce-datacontenttype": "application/protobuf",
		"traceparent":        meta.Traceparent,
	} {
		envelope.Header[name] = []string{value}
	}
	return envelope, nil
}

// Publish puts a task or fact on its stream and returns when the broker has stored it.
func Publish(ctx context.Context, js jetstream.JetStream, message proto.Message, meta Meta) error {
	envelope, err := Envelope(message, meta)
	if err != nil {
		return err
	}
	if _, err = js.PublishMsg(ctx, envelope); err != nil {
		return fmt.Errorf("publish to %s: %w", envelope.Subject, err)
	}
	return nil
}

// newTraceparent begins a W3C trace (https://www.w3.org/TR/trace-context/), sampled.
func newTraceparent() string {
	random := make([]byte, 24)
	_, _ = rand.Read(random) // Never fails: crypto/rand ends the program instead.
	text := hex.EncodeToString(random)
	return "00-" + text[:32] + "-" + text[32:] + "-01"
}

// headerValue percent-encodes all but printable ASCII, and %, " and space, as CloudEvents' NATS binding says (3.1.3.2). It also keeps CR and LF
// out of headers.
func headerValue(value string) string {
	var encoded strings.Builder
	for _, each := range []byte(strings.ToValidUTF8(value, "\uFFFD")) {
		if each > ' ' && each < 0x7f && each != '"' && each != '%' {
			encoded.WriteByte(each)
		} else {
			fmt.Fprintf(&encoded, "%%%02X", each)
		}
	}
	return encoded.String()
}
