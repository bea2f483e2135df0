package rows

import (
	"bytes"
	"maps"
	"testing"
)

// FuzzPlainObject holds what is read the short way, after another record, to the strict decoder, which must read the same and find
// nothing wrong.
func FuzzPlainObject(f *testing.F) {
	for _, seed := range []string{
		`{"id":"1","text":"a"}`, ` { "id" : "1" , "text" : "a" } ` + "\r\n", `{"text":"\"\\\n\u00e9\ud83d\ude00","Store":"é"}`, `{"text":"\ud800"}`,
		`{"text":"a","text":"b"}`, `{"text":"a","":"b","":"c"}`, `{"text":"a","Text":"b"}`, `{"text":"a","k":"b","\u006b":"c"}`, `{"text":"\u0000"}`,
		`{"text":"a",}`, `{"text":"a"}}`, `{"text":"a"`, `{"text":"a\`, `{"text":"a\"}`, "{\"text\":\"a\tb\"}", `{"text":"\x"}`, `{"text":"a"} x`, `{}`,
		"{\"text\":\"\xff\"}", "{\"\xff\":\"a\"}", "{\"text\":\"\\n\xff\"}", "{\"text\":\"\x00\"}", "\x00", `{"text" :"a","id": "1"}`,
	} {
		f.Add(`{"id":"1","text":"a"}`, seed)
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, before, record string) {
		var short plainObject
		var got, want draft
		short.decode(before, new(draft))
		if !short.decode(record, &got) {
			if new(plainObject).decode(record, &want) {
				t.Fatalf("%q was not read after %q", record, before)
			}
			return
		}
		if code := check(record); code != "" {
			t.Fatalf("%q was read, but is %s", record, code)
		}
		if p := new(jsonDecoder).strict(record, &want); p.code != "" {
			t.Fatalf("%q was read, but the strict decoder says %s", record, p.code)
		}
		if got.values != want.values || got.present != want.present || !maps.Equal(got.attributes, want.attributes) {
			t.Fatalf("%q was read as\n%v, want\n%v", record, got, want)
		}
	})
}

func TestWhatIsReadTheShortWay(t *testing.T) {
	for name, test := range map[string]struct {
		record string
		want   bool
	}{
		"strings, without spaces":        {`{"id":"1","text":"a"}`, true},
		"strings, with spaces":           {` { "id" : "1", "text" : "a" }`, true},
		"a line end":                     {`{"text":"a"}` + "\r\n", true},
		"escapes":                        {`{"text":"\"a\"\u00e9\n"}`, true},
		"characters outside ASCII":       {`{"text":"日本語 😀"}`, true},
		"a number":                       {`{"id":1,"text":"a"}`, false},
		"an object":                      {`{"text":"a","o":{}}`, false},
		"a name twice":                   {`{"text":"a","text":"b"}`, false},
		"no name, which is kept nowhere": {`{"text":"a","":"b"}`, false},
		"an escape that is none":         {`{"text":"\x"}`, false},
		"a string without an end":        {`{"text":"a`, false},
		"a string that ends in a slash":  {`{"text":"a\`, false},
		"a tab in a string":              {"{\"text\":\"a\tb\"}", false},
		"a NUL that is escaped":          {`{"text":"\u0000"}`, false},
		"something behind the object":    {`{"text":"a"} {}`, false},
		"no member":                      {`{}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := new(plainObject).decode(test.record, new(draft)); got != test.want {
				t.Errorf("decode = %v, want %v", got, test.want)
			}
		})
	}
}

func TestARowOfStringsTakesNoAllocationOfItsOwn(t *testing.T) {
	line := []byte(`{"id":"7","channel":"chat","segment":"consumer","language":"en","timestamp":"2026-11-24T10:00:00Z","text":"good"}` + "\n")
	const lines = 1000
	data := bytes.Repeat(line, lines)
	allocations := testing.AllocsPerRun(10, func() {
		reader := NewReaderOf(data, false, Layout{Format: JSONL}, Start{Line: 1})
		for row, _ := reader.Next(); row != nil; row, _ = reader.Next() {
		}
	})
	if allocations > lines/10 {
		t.Errorf("%d rows took %v allocations, want one for many of them", lines, allocations)
	}
}
