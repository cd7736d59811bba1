package format

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	workv1 "github.com/fanfare-mail/fanfare/gen/go/fanfare/work/v1"
	"github.com/parquet-go/parquet-go"
)

type row struct {
	ID   string    `parquet:"id"`
	Text string    `parquet:"text,dict"`
	Size int32     `parquet:"size"`
	At   time.Time `parquet:"at,timestamp(millisecond)"`
}

func rowsFrom(first, count int) []row {
	rows := make([]row, count)
	for index := range rows {
		number := first + index
		rows[index] = row{ID: fmt.Sprintf("id-%06d", number), Text: fmt.Sprintf("text %d", number%7), Size: int32(number), At: time.UnixMilli(int64(number)).UTC()}
	}
	return rows
}

// written makes a file of 1,000 rows in many parts; where crash is set, each part is made by another encoder that knows only the state.
func written(t *testing.T, kind workv1.ExportFormat, crash bool) (file []byte, parts int) {
	t.Helper()
	encoder, err := New[row](kind, 2_000, nil)
	if err != nil {
		t.Fatal(err)
	}
	for first := 0; first < 1_000; first += 50 {
		if err := encoder.Add(rowsFrom(first, 50)); err != nil {
			t.Fatal(err)
		}
		last := first == 950
		if !encoder.Ready() && !last {
			continue
		}
		cut, err := encoder.Cut(last)
		if err != nil {
			t.Fatal(err)
		}
		file, parts = append(file, cut...), parts+1
		if crash {
			state, err := encoder.State()
			if err != nil {
				t.Fatal(err)
			}
			if encoder, err = New[row](kind, 2_000, state); err != nil {
				t.Fatal(err)
			}
		}
	}
	return file, parts
}

func TestAFileIsTheSameWhetherOrNotItsWriterCrashedBetweenParts(t *testing.T) {
	for _, kind := range []workv1.ExportFormat{workv1.ExportFormat_EXPORT_FORMAT_CSV, workv1.ExportFormat_EXPORT_FORMAT_PARQUET} {
		whole, parts := written(t, kind, false)
		pieced, _ := written(t, kind, true)
		if parts < 5 || !bytes.Equal(whole, pieced) {
			t.Errorf("%s: %d parts, %d and %d bytes", kind, parts, len(whole), len(pieced))
		}
	}
}

func TestAParquetFileOfManyPartsHoldsEveryRowInOrder(t *testing.T) {
	file, _ := written(t, workv1.ExportFormat_EXPORT_FORMAT_PARQUET, true)
	rows, err := parquet.Read[row](bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	if want := rowsFrom(0, 1_000); !slices.Equal(rows, want) {
		t.Errorf("got %d rows, the first %v", len(rows), rows[:1])
	}
}

func TestAFileWithoutRowsIsAFile(t *testing.T) {
	for _, kind := range []workv1.ExportFormat{workv1.ExportFormat_EXPORT_FORMAT_CSV, workv1.ExportFormat_EXPORT_FORMAT_PARQUET} {
		encoder, _ := New[row](kind, 2_000, nil)
		file, err := encoder.Cut(true)
		if err != nil {
			t.Fatal(err)
		}
		if kind == workv1.ExportFormat_EXPORT_FORMAT_CSV {
			if string(file) != "id,text,size,at\r\n" {
				t.Errorf("got %q", file)
			}
		} else if rows, err := parquet.Read[row](bytes.NewReader(file), int64(len(file))); err != nil || len(rows) != 0 {
			t.Errorf("got %v, %v", rows, err)
		}
	}
}

func TestCellsOfCSVKeepEveryByte(t *testing.T) {
	for _, text := range []string{`a "quote"`, "a,b", "line\nbreak", "line\r\nbreak", "ümläut", "", "  spaces  "} {
		encoder, _ := New[row](workv1.ExportFormat_EXPORT_FORMAT_CSV, 2_000, []byte{'1'})
		_ = encoder.Add([]row{{ID: text}})
		file, _ := encoder.Cut(true)
		if strings.Contains(text, "\r") {
			// encoding/csv reads \r\n in a cell as \n.
			if want := `"` + text + `"`; !strings.HasPrefix(string(file), want) {
				t.Errorf("%q became %q", text, file)
			}
			continue
		}
		record, err := csv.NewReader(bytes.NewReader(file)).Read()
		if err != nil || record[0] != text {
			t.Errorf("%q became %q (%v)", text, record, err)
		}
	}
}

func TestASpreadsheetRunsNoCell(t *testing.T) {
	for _, dangerous := range []string{`=cmd|' /C calc'!A0`, "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u200b=1", "\ufeff+1", "＝1", "\x00=1"} {
		if safe := SafeCell(dangerous); safe != "'"+dangerous {
			t.Errorf("%q became %q", dangerous, safe)
		}
	}
	for _, harmless := range []string{"", "Ada", "a=b", "1-2", "ada@example.com", "'=1", "  Ada"} {
		if SafeCell(harmless) != harmless {
			t.Errorf("%q was changed", harmless)
		}
	}
}
