package format

import (
	"bytes"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// csvEncoder writes RFC 4180: UTF-8, a header line, CRLF, quotes where they are needed. encoding/csv would change line breaks inside a
// cell; this keeps every byte of it.
type csvEncoder[T any] struct {
	partBytes int
	begun     bool
	out       bytes.Buffer
}

func newCSV[T any](partBytes int, state []byte) *csvEncoder[T] {
	return &csvEncoder[T]{partBytes: partBytes, begun: len(state) > 0}
}

func (c *csvEncoder[T]) begin() {
	if c.begun {
		return
	}
	c.begun = true
	row := reflect.TypeFor[T]()
	for index := range row.NumField() {
		name, _, _ := strings.Cut(row.Field(index).Tag.Get("parquet"), ",")
		c.cell(index, name)
	}
	c.out.WriteString("\r\n")
}

func (c *csvEncoder[T]) Add(rows []T) error {
	c.begin()
	for _, row := range rows {
		fields := reflect.ValueOf(row)
		for index := range fields.NumField() {
			switch value := fields.Field(index).Interface().(type) {
			case string:
				c.cell(index, SafeCell(value))
			case time.Time:
				c.cell(index, value.UTC().Format("2006-01-02T15:04:05.000Z"))
			case int32:
				c.cell(index, strconv.Itoa(int(value)))
			}
		}
		c.out.WriteString("\r\n")
	}
	return nil
}

func (c *csvEncoder[T]) cell(index int, text string) {
	if index > 0 {
		c.out.WriteByte(',')
	}
	if !strings.ContainsAny(text, ",\"\r\n") {
		c.out.WriteString(text)
		return
	}
	c.out.WriteByte('"')
	c.out.WriteString(strings.ReplaceAll(text, `"`, `""`))
	c.out.WriteByte('"')
}

func (c *csvEncoder[T]) Ready() bool { return c.out.Len() >= c.partBytes }

func (c *csvEncoder[T]) Cut(bool) ([]byte, error) {
	c.begin()
	cut := bytes.Clone(c.out.Bytes())
	c.out.Reset()
	return cut, nil
}

func (c *csvEncoder[T]) State() ([]byte, error) { return []byte{'1'}, nil }

// SafeCell puts an apostrophe before what a spreadsheet would run as a formula: cells that begin, after white space and invisible
// characters, with = + - @ or their full-width twins, and cells that begin with a tab or a line break
// (https://owasp.org/www-community/attacks/CSV_Injection). Parquet files need none of it and hold every text as it is.
func SafeCell(text string) string {
	begins := strings.TrimLeftFunc(text, func(each rune) bool { return unicode.IsSpace(each) || unicode.In(each, unicode.Cf, unicode.Cc) })
	if text != "" && strings.ContainsRune("\t\r\n", rune(text[0])) || begins != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(begins)[0]) {
		return "'" + text
	}
	return text
}
