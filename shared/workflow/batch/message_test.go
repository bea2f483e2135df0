package batch

import (
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/queue"
	"github.com/customerai/customerai/shared/workflow/batch/keys"
	"github.com/customerai/customerai/shared/workflow/batch/rows"
)

func validMessage() message {
	return message{
		Tenant: "main", BatchID: keys.IDPrefix + strings.Repeat("A", 26), Chunk: 2, Source: "main/a.csv", ETag: "e", Offset: 8, Length: 20,
		FirstLine: 2, Layout: rows.Layout{Format: rows.CSV, Columns: []string{"id", "text"}},
	}
}

func TestMessagesThatNoSplitterSendsAreRefused(t *testing.T) {
	for name, spoil := range map[string]func(*message){
		"no tenant":                          func(m *message) { m.Tenant = "" },
		"a tenant with a separator":          func(m *message) { m.Tenant = "main#x" },
		"a batch id that is a path":          func(m *message) { m.BatchID = "../x" },
		"chunk 0":                            func(m *message) { m.Chunk = 0 },
		"a source of another tenant":         func(m *message) { m.Source = "rival/a.csv" },
		"a negative offset":                  func(m *message) { m.Offset = -1 },
		"a negative length":                  func(m *message) { m.Length = -1 },
		"no length, which would be the rest": func(m *message) { m.Length = 0 },
		"line 0":                             func(m *message) { m.FirstLine = 0 },
		"no format":                          func(m *message) { m.Layout.Format = "" },
		"CSV without columns":                func(m *message) { m.Layout.Columns = nil },
		"JSON Lines with columns":            func(m *message) { m.Layout.Format = rows.JSONL },
	} {
		t.Run(name, func(t *testing.T) {
			m := validMessage()
			spoil(&m)
			body, err := m.encode()
			if err != nil {
				t.Fatal(err)
			}
			_, err = parseMessage(body)
			mustBe(t, err, errs.Invalid)
		})
	}
	body, err := validMessage().encode()
	if err != nil {
		t.Fatal(err)
	}
	for name, spoiled := range map[string]string{
		"nothing": "", "no object": "[]", "an unknown name": strings.Replace(body, `"tenant"`, `"x":1,"tenant"`, 1),
		"a name twice":   strings.Replace(body, `"chunk":2`, `"chunk":2,"chunk":2`, 1),
		"another case":   strings.Replace(body, `"tenant"`, `"Tenant"`, 1),
		"something more": body + "{}",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parseMessage(spoiled)
			mustBe(t, err, errs.Invalid)
		})
	}
}

func TestTheLargestMessageFitsTheQueue(t *testing.T) {
	m := validMessage()
	m.Layout.Columns = nil
	for range rows.MaxColumns {
		m.Layout.Columns = append(m.Layout.Columns, strings.Repeat(`"`, rows.MaxColumnName))
	}
	body, err := m.encode()
	if err != nil || len(body)*queue.MaxBatch > queue.MaxBody {
		t.Errorf("ten of %d bytes, %v, want at most %d", len(body), err, queue.MaxBody)
	}
}

func FuzzParseMessage(f *testing.F) {
	body, err := validMessage().encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(body)
	f.Add(`{"tenant":"main","batchId":"bat_AAAAAAAAAAAAAAAAAAAAAAAAAA","chunk":1,"offset":0,"length":0,"firstLine":1,"layout":{"format":"jsonl"}}`)
	f.Fuzz(func(t *testing.T, body string) {
		m, err := parseMessage(body)
		if err != nil {
			mustBe(t, err, errs.Invalid)
			return
		}
		again, err := m.encode()
		if err != nil {
			t.Fatal(err)
		}
		if back, err := parseMessage(again); err != nil || asJSON(t, back) != asJSON(t, m) {
			t.Errorf("%+v came back as %+v, %v", m, back, err)
		}
	})
}
