package auditchain_test

import (
	"bytes"
	"flag"
	"testing"
	"time"

	"github.com/customerai/customerai/infra/evidence/auditchain"
	"github.com/customerai/customerai/shared/testkit/race"
	"github.com/customerai/customerai/shared/trust/audit/record"
)

// go test ./infra/evidence/auditchain -run TenSeconds -records 1000000
var records = flag.Int("records", 20_000, "records of the chain whose verification is timed")

// growing is an export that is written while it is read, and how long the writing took.
type growing struct {
	left, next int
	previous   string
	buffer     bytes.Buffer
	writing    time.Duration
}

func (g *growing) Read(p []byte) (int, error) {
	if g.buffer.Len() == 0 {
		begun := time.Now()
		for range min(g.left, 1000) {
			r := record.Seal(fields("main", g.next, g.previous))
			g.left, g.next, g.previous = g.left-1, g.next+1, r.Hash
			g.buffer.Write(append(r.Line(), '\n'))
		}
		g.writing += time.Since(begun)
	}
	return g.buffer.Read(p)
}

func TestAMillionRecordsAreVerifiedInTenSeconds(t *testing.T) {
	race.Skip(t, "takes many times as long")
	const most = 10 * time.Microsecond
	each := most + 1
	for range 5 { // a busy machine can spoil some of them but not all
		export := &growing{left: *records, next: 1, previous: record.Start}
		begun := time.Now()
		report, err := auditchain.Verify(export, nil, time.Time{})
		took := time.Since(begun) - export.writing
		if err != nil || report.Bad != 0 || report.Records != uint64(*records) || report.Head != export.previous {
			t.Fatalf("got %+v and %v, want a sound chain of %d", report, err, *records)
		}
		t.Logf("%d records in %v", *records, took)
		if each = took / time.Duration(*records); each <= most {
			break
		}
	}
	if each > most {
		t.Errorf("a record takes %v, want a million in ten seconds", each)
	}
}
