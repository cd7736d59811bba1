package format

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/snappy"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	layout "github.com/parquet-go/parquet-go/format"
)

const (
	magic = "PAR1"
	// A row group is made in memory: so many rows, or so many bytes of text, whichever comes first.
	groupRowsMax  = 25_000
	groupBytesMax = 8 << 20
	// The file's footer names every group. More groups than this are a billion rows, and a footer that nobody should hold in memory.
	groupsMax = 40_000
)

// parquetEncoder writes row groups one by one. A Parquet file is its groups' bytes, one after the other, and a footer that says where each lies; so
// each group is made as a small file of its own, its bytes are taken out and its footer is moved to where they come to lie. What is needed to go on
// after a crash is therefore only the groups' descriptions, not their bytes.
type parquetEncoder[T any] struct {
	partBytes int
	rows      []T
	rowBytes  int
	out       bytes.Buffer
	state     parquetState
}

type parquetState struct {
	// Offset of the next byte in the file, and rows in the groups so far.
	Offset int64 `json:"offset"`
	Rows   int64 `json:"rows"`
	// Each group's description in thrift's compact form.
	Groups [][]byte `json:"groups"`
}

func newParquet[T any](partBytes int, state []byte) (*parquetEncoder[T], error) {
	p := &parquetEncoder[T]{partBytes: partBytes}
	if len(state) > 0 {
		if err := json.Unmarshal(state, &p.state); err != nil {
			return nil, fmt.Errorf("the checkpoint of a Parquet file: %w", err)
		}
	}
	return p, nil
}

func (p *parquetEncoder[T]) Add(rows []T) error {
	for _, row := range rows {
		p.rows = append(p.rows, row)
		p.rowBytes += textBytes(row)
		if len(p.rows) >= groupRowsMax || p.rowBytes >= min(groupBytesMax, p.partBytes) {
			if err := p.closeGroup(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *parquetEncoder[T]) Ready() bool { return p.out.Len() >= p.partBytes }

func (p *parquetEncoder[T]) Cut(last bool) ([]byte, error) {
	p.begin()
	if err := p.closeGroup(); err != nil {
		return nil, err
	}
	if last {
		if err := p.writeFooter(); err != nil {
			return nil, err
		}
	}
	cut := bytes.Clone(p.out.Bytes())
	p.out.Reset()
	return cut, nil
}

func (p *parquetEncoder[T]) State() ([]byte, error) { return json.Marshal(p.state) }

func (p *parquetEncoder[T]) begin() {
	if p.state.Offset == 0 {
		p.append([]byte(magic))
	}
}

func (p *parquetEncoder[T]) append(piece []byte) {
	p.out.Write(piece)
	p.state.Offset += int64(len(piece))
}

func (p *parquetEncoder[T]) closeGroup() error {
	if len(p.rows) == 0 {
		return nil
	}
	if len(p.state.Groups) >= groupsMax {
		return fmt.Errorf("the file would have more than %d row groups; export less at once", groupsMax)
	}
	p.begin()
	file, meta, err := encodeFile(p.rows)
	if err != nil {
		return err
	}
	group := meta.RowGroups[0]
	begin, end := place(&group)
	shift(&group, p.state.Offset-begin)
	group.Ordinal = int16(min(len(p.state.Groups), 1<<15-1))
	described, err := thrift.Marshal(new(thrift.CompactProtocol), &group)
	if err != nil {
		return err
	}
	p.append(file[begin:end])
	p.state.Groups = append(p.state.Groups, described)
	p.state.Rows += int64(len(p.rows))
	clear(p.rows)
	p.rows, p.rowBytes = p.rows[:0], 0
	return nil
}

// encodeFile makes a whole small file and reads its footer back.
func encodeFile[T any](rows []T) ([]byte, *layout.FileMetaData, error) {
	var out bytes.Buffer
	writer := parquet.NewGenericWriter[T](&out, parquet.Compression(&snappy.Codec{}), parquet.CreatedBy("fanfare-exporter", "1", ""))
	if _, err := writer.Write(rows); err != nil {
		return nil, nil, err
	}
	if err := writer.Close(); err != nil {
		return nil, nil, err
	}
	file, err := parquet.OpenFile(bytes.NewReader(out.Bytes()), int64(out.Len()), parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return nil, nil, err
	}
	return out.Bytes(), file.Metadata(), nil
}

// place says where the pages of a group begin and end.
func place(group *layout.RowGroup) (begin, end int64) {
	begin = 1 << 62
	for index := range group.Columns {
		column := &group.Columns[index].MetaData
		first := column.DataPageOffset
		if column.DictionaryPageOffset > 0 {
			first = min(first, column.DictionaryPageOffset)
		}
		begin, end = min(begin, first), max(end, first+column.TotalCompressedSize)
	}
	return begin, end
}

// shift moves a group's description; page indexes, which are optional and hold offsets too, are left out.
func shift(group *layout.RowGroup, by int64) {
	if group.FileOffset > 0 {
		group.FileOffset += by
	}
	for index := range group.Columns {
		chunk := &group.Columns[index]
		chunk.OffsetIndexOffset, chunk.OffsetIndexLength, chunk.ColumnIndexOffset, chunk.ColumnIndexLength = 0, 0, 0, 0
		chunk.MetaData.DataPageOffset += by
		if chunk.MetaData.DictionaryPageOffset > 0 {
			chunk.MetaData.DictionaryPageOffset += by
		}
		if chunk.FileOffset > 0 {
			chunk.FileOffset += by
		}
	}
}

func (p *parquetEncoder[T]) writeFooter() error {
	// The schema, and all else that is the same for every group.
	_, meta, err := encodeFile(make([]T, 1))
	if err != nil {
		return err
	}
	meta.NumRows, meta.RowGroups = p.state.Rows, make([]layout.RowGroup, len(p.state.Groups))
	for index, described := range p.state.Groups {
		if err := thrift.Unmarshal(new(thrift.CompactProtocol), described, &meta.RowGroups[index]); err != nil {
			return fmt.Errorf("the checkpoint of a Parquet file, group %d: %w", index, err)
		}
	}
	footer, err := thrift.Marshal(new(thrift.CompactProtocol), meta)
	if err != nil {
		return err
	}
	p.append(footer)
	p.append(binary.LittleEndian.AppendUint32(nil, uint32(len(footer))))
	p.append([]byte(magic))
	return nil
}

func textBytes[T any](row T) int {
	total := 0
	fields := reflect.ValueOf(row)
	for index := range fields.NumField() {
		if field := fields.Field(index); field.Kind() == reflect.String {
			total += field.Len()
		} else {
			total += 8
		}
	}
	return total
}
