package main

import (
	"bytes"
	"errors"
	"hash/fnv"
	"mime"
	"net/url"
)

// message is what the sink keeps of a call.
type message struct {
	tag        string
	recipients int
	// The sum of the addresses' FNV-1a hashes: with the count it tells whether each of a known set came once, and costs next to nothing.
	hashes uint64
}

var (
	nameStart  = []byte(`name="`)
	headEnd    = []byte("\r\n\r\n")
	errNoTo    = errors.New("the form has no recipient (to)")
	errNoParts = errors.New("the form is neither multipart nor urlencoded")
)

// readForm looks at `to` and `o:tag` and jumps over the rest.
func readForm(contentType string, body []byte) (message, error) {
	kind, parameters, err := mime.ParseMediaType(contentType)
	if err != nil {
		return message{}, err
	}
	seen := message{}
	switch {
	case kind == "multipart/form-data" && parameters["boundary"] != "":
		readMultipart(&seen, []byte("--"+parameters["boundary"]), body)
	case kind == "application/x-www-form-urlencoded":
		readUrlencoded(&seen, body)
	default:
		return seen, errNoParts
	}
	if seen.recipients == 0 {
		return seen, errNoTo
	}
	return seen, nil
}

func readMultipart(seen *message, boundary []byte, body []byte) {
	end := append([]byte("\r\n"), boundary...)
	rest, found := bytes.CutPrefix(body, boundary)
	for found {
		head, after, ok := bytes.Cut(rest, headEnd)
		if !ok {
			return
		}
		var value []byte
		value, rest, found = bytes.Cut(after, end)
		_, name, _ := bytes.Cut(head, nameStart)
		name, _, _ = bytes.Cut(name, []byte(`"`))
		seen.take(string(name), value)
	}
}

func readUrlencoded(seen *message, body []byte) {
	for len(body) > 0 {
		var pair []byte
		pair, body, _ = bytes.Cut(body, []byte("&"))
		name, value, _ := bytes.Cut(pair, []byte("="))
		// Only what counts is decoded: a body of 5 KB would cost more than all the rest.
		if string(name) != "to" && string(name) != "o%3Atag" && string(name) != "o:tag" {
			continue
		}
		decoded, err := url.QueryUnescape(string(value))
		if err == nil {
			seen.take(map[bool]string{true: "to", false: "o:tag"}[string(name) == "to"], []byte(decoded))
		}
	}
}

func (seen *message) take(name string, value []byte) {
	switch name {
	case "o:tag":
		seen.tag = string(value)
	case "to":
		for len(value) > 0 {
			var mailbox []byte
			mailbox, value = nextMailbox(value)
			hash := fnv.New32a()
			hash.Write(bareAddress(mailbox))
			seen.hashes += uint64(hash.Sum32())
			seen.recipients++
		}
	}
}

// nextMailbox cuts at the first comma that is in no quotes.
func nextMailbox(list []byte) (mailbox []byte, rest []byte) {
	quoted := false
	for at := 0; at < len(list); at++ {
		switch {
		case list[at] == '\\' && quoted:
			at++
		case list[at] == '"':
			quoted = !quoted
		case list[at] == ',' && !quoted:
			return list[:at], list[at+1:]
		}
	}
	return list, nil
}

func bareAddress(mailbox []byte) []byte {
	if from := bytes.LastIndexByte(mailbox, '<'); from >= 0 {
		mailbox = mailbox[from+1:]
		if to := bytes.IndexByte(mailbox, '>'); to >= 0 {
			mailbox = mailbox[:to]
		}
	}
	return bytes.TrimSpace(mailbox)
}
