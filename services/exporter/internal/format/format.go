// Package format turns rows into the bytes of a file, in parts: whatever was cut off is final, so that a file can be gone on with after a
// crash. A row is a struct whose fields are strings, integers and times, with their names in `parquet` tags.
package format

import (
	"fmt"

	workv1 "github.com/fanfare-mail/fanfare/gen/go/fanfare/work/v1"
)

// Encoder makes one file. The bytes of all cuts, in order, are the file.
type Encoder[T any] interface {
	// Add takes rows; memory stays bounded as long as Cut is called whenever Ready says so.
	Add(rows []T) error
	// Ready says that a part is large enough to be cut.
	Ready() bool
	// Cut returns the bytes since the last cut; the last cut ends the file.
	Cut(last bool) ([]byte, error)
	// State is what New needs to go on behind the last cut.
	State() ([]byte, error)
}

// New begins a file, or goes on with one when state is not empty. Parts have about partBytes, and at least that many but the last.
func New[T any](format workv1.ExportFormat, partBytes int, state []byte) (Encoder[T], error) {
	switch format {
	case workv1.ExportFormat_EXPORT_FORMAT_CSV:
		return newCSV[T](partBytes, state), nil
	case workv1.ExportFormat_EXPORT_FORMAT_PARQUET:
		return newParquet[T](partBytes, state)
	default:
		return nil, fmt.Errorf("no such format: %s", format)
	}
}

// Ending of a file's name.
func Ending(format workv1.ExportFormat) string {
	if format == workv1.ExportFormat_EXPORT_FORMAT_PARQUET {
		return "parquet"
	}
	return "csv"
}
