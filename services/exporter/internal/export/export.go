// Package export works off ExportCustomers.
//
// Task: write an agency's data to a file. Guarantee: the file holds each row of its list once, whatever crashes in between, and appears whole or
// not at all. What makes it so: a part is durable before the checkpoint that names it, the checkpoint is a compare-and-set on the attempt in the
// API's row, and a number that a dead writer may still write to is never used again. Memory holds one part, whatever the size of the file.
package export

import (
	"context"
	"crypto/sha256"
	"encoding"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"log/slog"
	"net/http"

	"connectrpc.com/connect"
	apiv1 "github.com/fanfare-mail/fanfare/gen/go/fanfare/api/v1"
	"github.com/fanfare-mail/fanfare/gen/go/fanfare/api/v1/apiv1connect"
	workv1 "github.com/fanfare-mail/fanfare/gen/go/fanfare/work/v1"
	"github.com/fanfare-mail/fanfare/services/exporter/internal/format"
	"github.com/fanfare-mail/fanfare/services/exporter/internal/lists"
	"github.com/fanfare-mail/fanfare/services/exporter/internal/store"
)

// Exporter writes exports. All fields are needed.
type Exporter struct {
	Worker    apiv1connect.ExportWorkerServiceClient
	HTTP      *http.Client
	APIURL    string
	Store     store.Store
	PartBytes int
	// Name says which program this is.
	Name string
	Log  *slog.Logger
	// Progressed hears of every part that is safe; it must not block for long.
	Progressed func(progress Progress)
	// Stopping ends when the program is asked to stop: a long export is then left to another instance.
	Stopping <-chan struct{}
}

// Progress of one export.
type Progress struct {
	AgencyID, ExportID, Traceparent string
	Attempt                         uint32
	Rows, Bytes                     uint64
}

// ErrStopping says that the program is asked to stop; the export goes on from its checkpoint elsewhere.
var ErrStopping = errors.New("stopping")

// checkpoint is all that another process needs to go on. It is kept in the API's row of the export.
type checkpoint struct {
	Cursor lists.Cursor    `json:"cursor"`
	Upload json.RawMessage `json:"upload"`
	Format []byte          `json:"format"`
	Hash   []byte          `json:"hash"`
	Part   int             `json:"part"`
}

// job is one export in work.
type job struct {
	*Exporter
	Progress
	agencyID   string
	export     *apiv1.Export
	token      string
	at         checkpoint
	partNumber int
	upload     store.Upload
	sum        hash.Hash
}

// Run writes one export. It answers false when there was nothing left to do.
func (e *Exporter) Run(ctx context.Context, order *workv1.ExportCustomers, traceparent string) (bool, error) {
	begun, err := e.Worker.BeginExport(ctx, connect.NewRequest(&apiv1.BeginExportRequest{
		AgencyId: order.GetAgencyId(), IdempotencyKey: order.GetIdempotencyKey(), Worker: e.Name,
	}))
	if err != nil {
		return false, err
	}
	answer := begun.Msg
	if answer.GetAttempt() == 0 {
		return false, nil
	}
	j := &job{
		Exporter: e, agencyID: order.GetAgencyId(), export: answer.GetExport(), token: answer.GetToken(), sum: sha256.New(),
		Progress: Progress{AgencyID: order.GetAgencyId(), ExportID: answer.GetExport().GetId(), Traceparent: traceparent, Attempt: answer.GetAttempt()},
	}
	if err := j.resume(ctx, answer); err != nil {
		return false, err
	}
	reader := lists.NewReader(e.HTTP, e.APIURL, j.export.GetSpec(), func() string { return j.token })
	switch subject := j.export.GetSpec().GetSubject(); subject {
	case workv1.ExportSubject_EXPORT_SUBJECT_CUSTOMERS:
		return true, write(ctx, j, reader.Customers)
	case workv1.ExportSubject_EXPORT_SUBJECT_DELIVERIES:
		return true, write(ctx, j, reader.Deliveries)
	case workv1.ExportSubject_EXPORT_SUBJECT_ACTIVITIES:
		return true, write(ctx, j, reader.Activities)
	default:
		return false, fmt.Errorf("this exporter does not know %s", subject)
	}
}

// resume takes up what the checkpoint says; without one, the export begins anew.
func (j *job) resume(ctx context.Context, answer *apiv1.BeginExportResponse) error {
	// Every attempt since the checkpoint may have one part on its way, under the number that was next for it: those are skipped.
	j.partNumber = 1
	if len(answer.GetCheckpoint()) > 0 {
		if err := json.Unmarshal(answer.GetCheckpoint(), &j.at); err != nil {
			return fmt.Errorf("the checkpoint of export %s: %w", j.ExportID, err)
		}
		if err := j.sum.(encoding.BinaryUnmarshaler).UnmarshalBinary(j.at.Hash); err != nil {
			return fmt.Errorf("the checkpoint of export %s: %w", j.ExportID, err)
		}
		j.Rows, j.Bytes = j.export.GetRows(), j.export.GetBytes()
	}
	j.partNumber = j.at.Part + 1 + int(answer.GetAttempt()-answer.GetCheckpointAttempt())
	name := fmt.Sprintf("%s/%s/%d.%s", j.agencyID, j.ExportID, j.Attempt, format.Ending(j.export.GetSpec().GetFormat()))
	upload, err := j.Store.Begin(ctx, name, j.at.Upload)
	j.upload = upload
	return err
}

// write is the heart: page → encode → part → checkpoint, and so on until the list has ended; then the file is put in its place.
func write[T any](ctx context.Context, j *job, read lists.Page[T]) error {
	encoder, err := format.New[T](j.export.GetSpec().GetFormat(), max(j.PartBytes, j.Store.PartBytesMin()), j.at.Format)
	if err != nil {
		return err
	}
	cursor, rows := j.at.Cursor, j.Rows
	for !j.at.Cursor.Done {
		select {
		case <-j.Stopping:
			return ErrStopping
		default:
		}
		page, next, err := read(ctx, cursor)
		if err != nil {
			return err
		}
		if err := encoder.Add(page); err != nil {
			return err
		}
		cursor, rows = next, rows+uint64(len(page))
		if encoder.Ready() || cursor.Done {
			if err := keep(ctx, j, encoder, cursor, rows); err != nil {
				return err
			}
		}
	}
	return j.finish(ctx)
}

// keep makes a part durable, then says so. A crash in between leaves a part that nobody names.
func keep[T any](ctx context.Context, j *job, encoder format.Encoder[T], cursor lists.Cursor, rows uint64) error {
	part, err := encoder.Cut(cursor.Done)
	if err != nil {
		return err
	}
	if err := j.upload.Part(ctx, j.partNumber, part); err != nil {
		return fmt.Errorf("store part %d of export %s: %w", j.partNumber, j.ExportID, err)
	}
	_, _ = j.sum.Write(part) // A hash never fails.
	at := checkpoint{Cursor: cursor, Part: j.partNumber}
	if at.Upload, err = j.upload.State(); err != nil {
		return err
	}
	if at.Format, err = encoder.State(); err != nil {
		return err
	}
	if at.Hash, err = j.sum.(encoding.BinaryMarshaler).MarshalBinary(); err != nil {
		return err
	}
	text, err := json.Marshal(at)
	if err != nil {
		return err
	}
	j.Rows, j.Bytes = rows, j.Bytes+uint64(len(part))
	answer, err := j.Worker.ReportExport(ctx, connect.NewRequest(&apiv1.ReportExportRequest{
		AgencyId: j.agencyID, ExportId: j.ExportID, Attempt: j.Attempt, Rows: j.Rows, Bytes: j.Bytes, Checkpoint: text,
	}))
	if err != nil {
		return err
	}
	j.at, j.token, j.partNumber = at, answer.Msg.GetToken(), j.partNumber+1
	j.Progressed(j.Progress)
	return nil
}

func (j *job) finish(ctx context.Context) error {
	file, err := j.upload.Finish(ctx)
	if err != nil {
		return fmt.Errorf("put export %s in its place: %w", j.ExportID, err)
	}
	_, err = j.Worker.CompleteExport(ctx, connect.NewRequest(&apiv1.CompleteExportRequest{
		AgencyId: j.agencyID, ExportId: j.ExportID, Attempt: j.Attempt, Rows: j.Rows, Bytes: j.Bytes, Sha256: hex.EncodeToString(j.sum.Sum(nil)), File: file,
	}))
	if err != nil {
		return err
	}
	if err := j.upload.Clean(ctx); err != nil {
		j.Log.Warn("parts are left behind until the next sweep", "export", j.ExportID, "err", err)
	}
	return nil
}
