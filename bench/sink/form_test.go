package main

import "testing"

func TestEachRecipientOfAFormCountsOnce(t *testing.T) {
	multipart := "--x\r\nContent-Disposition: form-data; name=\"to\"\r\n\r\n\"Ada, \\\"the\\\" first\" <a@b.example>\r\n" +
		"--x\r\nContent-Disposition: form-data; name=\"html\"\r\n\r\nto=c@d.example\r\n" +
		"--x\r\nContent-Disposition: form-data; name=\"to\"\r\n\r\nc@d.example\r\n" +
		"--x\r\nContent-Disposition: form-data; name=\"o:tag\"\r\n\r\nblast\r\n--x--\r\n"
	urlencoded := "to=%22Ada%2C+the+first%22+%3Ca%40b.example%3E%2C+c%40d.example&o%3Atag=blast&html=to%3Dx"
	one, err := readForm("multipart/form-data; boundary=x", []byte(multipart))
	if err != nil || one.recipients != 2 || one.tag != "blast" {
		t.Fatalf("multipart: %+v, %v", one, err)
	}
	other, err := readForm("application/x-www-form-urlencoded", []byte(urlencoded))
	if err != nil || other != one {
		t.Fatalf("urlencoded: %+v, %v; multipart was %+v", other, err, one)
	}
	if _, err := readForm("multipart/form-data; boundary=x", []byte("--x--\r\n")); err == nil {
		t.Fatal("a form without recipients was taken")
	}
}
