package rows_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/workflow/batch/rows"
)

// readCSV reads a whole CSV file; each row and rejection becomes one line of text.
func readCSV(t *testing.T, data string) []string {
	t.Helper()
	scanner := rows.NewScanner(strings.NewReader(data), rows.CSV, rows.Start{Line: 1})
	columns, err := rows.ReadHeader(scanner)
	if err != nil {
		t.Fatal(err)
	}
	at := scanner.Position()
	return read(rows.NewReader(strings.NewReader(data[at.Offset:]), rows.Layout{Format: rows.CSV, Columns: columns}, at))
}

func readJSONL(data string) []string {
	return read(rows.NewReader(strings.NewReader(data), rows.Layout{Format: rows.JSONL}, rows.Start{Line: 1}))
}

func read(reader *rows.Reader) []string {
	var got []string
	for row, rejection := reader.Next(); row != nil || rejection != nil; row, rejection = reader.Next() {
		if rejection != nil {
			got = append(got, fmt.Sprintf("%d %s: %s %s", rejection.Line, rejection.ID, rejection.Code, rejection.Field))
			continue
		}
		line := fmt.Sprintf("%d %s %q", row.Line, row.Message.ID, row.Message.Text)
		for _, name := range slices.Sorted(maps.Keys(row.Message.Attributes)) {
			line += fmt.Sprintf(" %s=%q", name, row.Message.Attributes[name])
		}
		got = append(got, line)
	}
	return got
}

func TestCSV(t *testing.T) {
	for name, test := range map[string]struct {
		data string
		want []string
	}{
		"columns in any order and letter case, others are attributes": {
			"Store, ID ,TEXT\nLyon,7,good\n", []string{`2 7 "good" store="Lyon"`},
		},
		"message stands in for text":                     {"message\ngood\n", []string{`2 2 "good"`}},
		"text wins over message":                         {"message,text\na,b\n", []string{`2 2 "b" message="a"`}},
		"a row without id has its line as id":            {"id,text\n,a\n x ,b\n", []string{`2 2 "a"`, `3 x "b"`}},
		"quoted commas, quotes and newlines":             {"id,text\n1,\"a,\"\"b\"\"\r\nc\"\n2,d\n", []string{`2 1 "a,\"b\"\r\nc"`, `4 2 "d"`}},
		"LF and CRLF in one file":                        {"id,text\r\n1,a\n2,b\r\n", []string{`2 1 "a"`, `3 2 "b"`}},
		"no line end at the end":                         {"id,text\n1,a", []string{`2 1 "a"`}},
		"lines with nothing on them are no rows":         {"\nid,text\n\n1,a\n\r\n2,b\n", []string{`4 1 "a"`, `6 2 "b"`}},
		"a bare quote in an unquoted field is literal":   {"id,text\n1,5\" wide\n", []string{`2 1 "5\" wide"`}},
		"a column without a name is not kept":            {"id,text,\n1,a,b\n", []string{`2 1 "a"`}},
		"an open quote costs its line":                   {"id,text\n1,\"a\n2,b\n3,c\n", []string{"2 2: open_quote ", `3 2 "b"`, `4 3 "c"`}},
		"an open quote that meets the next row's quotes": {"id,text\n1,\"a\n2,\"b\"\n3,c\n", []string{"2 2: open_quote ", `3 2 "b"`, `4 3 "c"`}},
		"text after a closing quote costs its line":      {"id,text\n1,\"a\"b\n2,c\n", []string{"2 2: text_after_quote ", `3 2 "c"`}},
		"too few and too many fields":                    {"id,text\n1\n1,a,b\n2,c\n", []string{"2 2: field_count ", "3 3: field_count ", `4 2 "c"`}},
		"a half-written last line":                       {"id,text,channel\n1,a\n2,b", []string{"2 2: field_count ", "3 3: field_count "}},
		"bytes that are not UTF-8":                       {"id,text\n1,\xff\n2,b\n", []string{"2 2: invalid_utf8 ", `3 2 "b"`}},
		"a NUL character":                                {"id,text\n1,a\x00\n2,b\n", []string{"2 2: nul_byte ", `3 2 "b"`}},
		"an empty text":                                  {"id,text\n1, \n", []string{"2 1: empty_text text"}},
		"an id that is too long":                         {"id,text\n" + strings.Repeat("x", 257) + ",a\n", []string{"2 2: invalid_id id"}},
		"an unknown participant":                         {"id,text,participant\n1,a,bot\n2,b,agent\n", []string{"2 1: invalid_participant participant", `3 2 "b"`}},
		"a timestamp that is none":                       {"id,text,timestamp\n1,a,01/02/2026\n", []string{"2 1: invalid_timestamp timestamp"}},
		"a language that is none":                        {"id,text,language\n1,a,English!\n2,b,pt-BR\n", []string{"2 1: invalid_language language", `3 2 "b"`}},
		"a header only has no rows":                      {"id,text\n", nil},
	} {
		t.Run(name, func(t *testing.T) {
			if got := readCSV(t, test.data); !slices.Equal(got, test.want) {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

func TestJSONLines(t *testing.T) {
	deep := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	for name, test := range map[string]struct {
		data string
		want []string
	}{
		"the columns of CSV, others are attributes": {
			`{"Store":"Lyon","id":"7","text":"good"}` + "\n", []string{`1 7 "good" store="Lyon"`},
		},
		"numbers and truth values are attributes, a number is an id": {
			`{"id":7,"text":"a","n":1.50,"b":true}` + "\n", []string{`1 7 "a" b="true" n="1.50"`},
		},
		"nested values are kept as their JSON text": {`{"text":"a","o":{"k":[1, 2]}}`, []string{`1 1 "a" o="{\"k\":[1, 2]}"`}},
		"null is as good as nothing":                {`{"id":null,"text":"a","x":null}`, []string{`1 1 "a"`}},
		"escapes are read":                          {`{"text":"caf\u00e9 \ud83d\ude00\n"}`, []string{`1 1 "café 😀\n"`}},
		"blank lines are no rows":                   {"\n \t\r\n{\"text\":\"a\"}\r\n\n", []string{`3 3 "a"`}},
		"a half-written last line":                  {"{\"text\":\"a\"}\n{\"text\":\"b", []string{`1 1 "a"`, "2 2: invalid_json "}},
		"a name that occurs twice":                  {`{"text":"a","text":"b"}`, []string{"1 1: duplicate_name "}},
		"a name that occurs in two letter cases":    {`{"text":"a","Text":"b"}`, []string{"1 1: duplicate_name text"}},
		"an attribute that occurs in two cases":     {`{"text":"a","k":"b","K":"b"}`, []string{"1 1: duplicate_name "}},
		"a nested name that occurs twice":           {`{"text":"a","o":{"k":1,"k":2}}`, []string{"1 1: duplicate_name "}},
		"two objects on a line":                     {`{"text":"a"}{"text":"b"}`, []string{"1 1: invalid_json "}},
		"an array":                                  {`["text"]`, []string{"1 1: invalid_json "}},
		"a lone surrogate":                          {`{"text":"\ud800"}`, []string{"1 1: invalid_json "}},
		"bytes that are not UTF-8":                  {"{\"text\":\"\xff\"}", []string{"1 1: invalid_utf8 "}},
		"an escaped NUL character":                  {`{"id":"x","text":"\u0000"}`, []string{"1 x: nul_byte text"}},
		"a number as text":                          {`{"id":"x","text":1}`, []string{"1 x: invalid_value text"}},
		"no text":                                   {`{"id":"x"}`, []string{"1 x: missing_text text"}},
		"an empty message":                          {`{"message":""}`, []string{"1 1: empty_text message"}},
		"nesting of 31 below the object":            {`{"text":"a","d":` + deep(31) + `}`, []string{`1 1 "a" d="` + deep(31) + `"`}},
		"nesting of 32 below the object":            {`{"text":"a","d":` + deep(32) + `}`, []string{"1 1: invalid_value "}},
		"brackets in a string are no nesting":       {`{"text":"a","d":["` + deep(40) + `\""]}`, []string{`1 1 "a" d="[\"` + deep(40) + `\\\"\"]"`}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := readJSONL(test.data); !slices.Equal(got, test.want) {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

func TestEveryColumnHasItsPlaceInTheMessage(t *testing.T) {
	data := `{"id":"1","conversation_id":"c","customer_id":"u","participant":"customer","timestamp":"2026-11-24 10:00:00",` +
		`"channel":" chat ","segment":"gold","language":"en","text":" hi "}`
	reader := rows.NewReader(strings.NewReader(data), rows.Layout{Format: rows.JSONL}, rows.Start{Line: 5})
	row, rejection := reader.Next()
	if rejection != nil {
		t.Fatal(rejection)
	}
	row.Message.Attributes = nil
	got := fmt.Sprintf("%+v", row.Message)
	want := "{ID:1 ConversationID:c CustomerID:u Participant:CUSTOMER Timestamp:2026-11-24T10:00:00Z Channel:chat Segment:gold " +
		"Language:en Text: hi  Attributes:map[]}"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestHeadersThatAreRefused(t *testing.T) {
	long := strings.Repeat("x", rows.MaxColumnName+1)
	for name, test := range map[string]struct{ header, want string }{
		"nothing at all":              {"\n\n", "the file is empty"},
		"no text column":              {"id,body\n", "the header has no column text or message; columns are separated by commas"},
		"semicolons":                  {"id;text\n", "the header has no column text or message; columns are separated by commas"},
		"a column twice":              {"text,ID,id \n", "the header names a column twice"},
		"lines that end with CR only": {"id,text\r1,a\r2,b\r", "the header holds a control character; lines must end with LF or CRLF"},
		"bytes that are not UTF-8":    {"text,caf\xe9\n", "the header is not valid: the record is not valid UTF-8"},
		"an open quote":               {"id,\"text\n1,a\n", "the header is not valid: a quoted field is not closed"},
		"too many columns":            {"text" + strings.Repeat(",", rows.MaxColumns) + "\n", "the header has more than 256 columns"},
		"a name that is too long":     {"text," + long + "\n", "the header has a name longer than 128 bytes"},
		"ten million columns":         {strings.Repeat("x,", 10_000_000), "the header is not valid: the record is larger than 1 MiB"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := rows.ReadHeader(rows.NewScanner(strings.NewReader(test.header), rows.CSV, rows.Start{Line: 1}))
			if !errs.Is(err, errs.Invalid) || errs.Public(err).Message != test.want {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func TestParseTime(t *testing.T) {
	for name, test := range map[string]struct{ in, want string }{
		"RFC 3339":                     {"2026-11-24T10:00:00Z", "2026-11-24T10:00:00Z"},
		"RFC 3339 with an offset":      {"2026-11-24T10:00:00.5+02:00", "2026-11-24T08:00:00.5Z"},
		"a space instead of the T":     {"2026-11-24 10:00:00Z", "2026-11-24T10:00:00Z"},
		"no zone is UTC":               {"2026-11-24T10:00:00", "2026-11-24T10:00:00Z"},
		"no zone and a space":          {"2026-11-24 10:00:00.25", "2026-11-24T10:00:00.25Z"},
		"minutes":                      {"2026-11-24 10:00", "2026-11-24T10:00:00Z"},
		"minutes with a T":             {"2026-11-24T10:00", "2026-11-24T10:00:00Z"},
		"a date":                       {"2026-11-24", "2026-11-24T00:00:00Z"},
		"Unix seconds":                 {"1764000000", "2025-11-24T16:00:00Z"},
		"Unix seconds, early":          {"999999999", "2001-09-09T01:46:39Z"},
		"Unix milliseconds":            {"1764000000250", "2025-11-24T16:00:00.25Z"},
		"a day and month in any order": {"01/02/2026", ""},
		"a day that is not":            {"2026-02-30", ""},
		"before 1970":                  {"1969-12-31", ""},
		"after 2199":                   {"2200-01-01", ""},
		"a year of nine digits":        {"9999999999999", ""},
		"digits of no known length":    {"20261124", ""},
		"words":                        {"yesterday", ""},
	} {
		t.Run(name, func(t *testing.T) {
			at, ok := rows.ParseTime(test.in)
			got := ""
			if ok {
				got = at.Format("2006-01-02T15:04:05.999Z07:00")
			}
			if got != test.want {
				t.Errorf("ParseTime(%q) = %q, want %q", test.in, got, test.want)
			}
		})
	}
}

func TestATimestampIsHandedOnInOneForm(t *testing.T) {
	for written, want := range map[string]string{
		"2026-03-02T03:12:54Z": "2026-03-02T03:12:54Z", "2026-03-02T05:12:54+02:00": "2026-03-02T03:12:54Z", "2026-03-02 03:12:54": "2026-03-02T03:12:54Z",
		"2026-03-02T03:12:54.250Z": "2026-03-02T03:12:54.25Z", "2026-03-02 03:12:54Z": "2026-03-02T03:12:54Z", "1772420000": "2026-03-02T02:53:20Z", "2026-03-02": "2026-03-02T00:00:00Z",
	} {
		layout := rows.Layout{Format: rows.CSV, Columns: []string{"text", "timestamp"}}
		row, _ := rows.NewReader(strings.NewReader("a,"+written+"\n"), layout, rows.Start{Line: 2}).Next()
		if row == nil || row.Message.Timestamp != want {
			t.Errorf("%s: got %+v, want %s", written, row, want)
		}
	}
}

func TestARejectionIsTheLineOfTheContract(t *testing.T) {
	r := rows.Rejection{Line: 18, ID: "a\"b", Code: rows.EmptyText, Field: "text", Message: rows.EmptyText.Message()}
	line := r.AppendJSON(nil)
	if want := `{"line":18,"id":"a\"b","code":"empty_text","field":"text","message":"the text is empty"}`; string(line) != want {
		t.Errorf("got  %s\nwant %s", line, want)
	}
	var back rows.Rejection
	if err := json.Unmarshal(line, &back); err != nil || back != r {
		t.Errorf("read back %+v, %v, want %+v", back, err, r)
	}
}

func TestWhoKeepsAShortValueDoesNotKeepTheWholeRecord(t *testing.T) {
	const records, long = 64, 1 << 19
	text := strings.Repeat("x", long)
	for name, reader := range map[string]func(i int) *rows.Reader{
		"CSV": func(i int) *rows.Reader {
			return rows.NewReader(strings.NewReader(fmt.Sprintf("%d,%s\n", i, text)), rows.Layout{Format: rows.CSV, Columns: []string{"channel", "text"}}, rows.Start{Line: 2})
		},
		"JSON Lines": func(i int) *rows.Reader {
			return rows.NewReader(strings.NewReader(fmt.Sprintf(`{"channel":"%d","text":"%s"}`, i, text)), rows.Layout{Format: rows.JSONL}, rows.Start{Line: 1})
		},
	} {
		t.Run(name, func(t *testing.T) {
			kept := make([]string, records)
			before := heap()
			for i := range records {
				row, rejection := reader(i).Next()
				if row == nil {
					t.Fatalf("rejected: %s", rejection.Code)
				}
				kept[i] = row.Message.Channel
			}
			if grown := heap() - before; grown > records*long/8 {
				t.Errorf("%d channels keep %d bytes of records of %d", len(kept), grown, long)
			}
			if kept[records-1] != strconv.Itoa(records-1) {
				t.Errorf("the last channel is %q", kept[records-1])
			}
		})
	}
}

// heap returns how much memory is held.
func heap() int64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}
