// Package sample carries the customer messages that a fresh clone is tried on.
//
// Normal use: analyse it like any other file.
//
//	rows := sample.Messages() // CSV, with a header
//
// It refuses real people: every name, address, number and account in it is invented or reserved for documentation. Seven
// rows are wrong on purpose; README.md says which and why.
package sample

import (
	_ "embed"
	"strings"
)

// Name is the file's name, for progress lines and results.
const Name = "messages.csv"

//go:embed messages.csv
var messages string

// Messages returns a new reader over the file.
func Messages() *strings.Reader { return strings.NewReader(messages) }
