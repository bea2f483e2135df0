package tabletest

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table"
)

// Agree runs so many hundred random sequences of operations (or so many times what -rapid.checks says) on two tables and
// compares all that can be seen of them.
func Agree(t *testing.T, hundreds int, a, b Open) {
	c := newClock()
	pair := pair{a: a(t, c.now), b: b(t, c.now), clock: c, seen: make(map[outcome]int)}
	for range hundreds {
		rapid.Check(t, pair.sequence)
		if t.Failed() {
			return
		}
	}
	for _, must := range []outcome{
		{"put", ""},
		{"put", errs.Conflict},
		{"put", errs.Invalid},
		{"delete", ""},
		{"delete", errs.Conflict},
		{"get", ""},
		{"get", errs.NotFound},
		{"query", ""},
		{"query", errs.Invalid},
		{"transact", ""},
		{"transact", errs.Conflict},
		{"transact", errs.Invalid},
	} {
		if got, want := pair.seen[must], 5*hundreds; got < want {
			t.Errorf("%s with code %q: got %d, want at least %d, or their agreement says nothing", must.op, must.code, got, want)
		}
	}
}

type pair struct {
	a, b      table.Table
	clock     *clock
	sequences int
	seen      map[outcome]int
}

type outcome struct {
	op   string
	code errs.Code
}

// Mostly what is valid: two engines agree soon on what is not.
var someOps = []table.Op{table.PutOp, table.PutOp, table.PutOp, table.PutOp, table.DeleteOp, table.CheckOp, table.CheckOp, 0}

// Few keys, so that they meet; their bytes are those that engines get wrong.
var (
	someSorts  = []string{"\x00", "\x00\x00", "a", "a\x00", "a\xff", "b", "\xff", "\xff\xff"}
	someValues = [][]byte{nil, {0}, []byte("value"), []byte("\xff\x00"), make([]byte, 3000)}
)

var operations = map[string]func(*sequence){
	"put": (*sequence).put, "delete": (*sequence).delete, "get": (*sequence).get, "query": (*sequence).query,
	"transact": (*sequence).transact, "step": (*sequence).step,
}

var mix = []string{"put", "put", "put", "transact", "transact", "delete", "get", "get", "query", "step"}

// sequence runs on partitions and tokens of its own, in place of tables of its own, because opening one takes longer
// than the sequence.
func (p *pair) sequence(t *rapid.T) {
	p.sequences++
	name := strconv.Itoa(p.sequences)
	s := &sequence{T: t, pair: p, partitions: []string{name, name + "\x00"}}
	for range rapid.IntRange(1, 40).Draw(t, "length") {
		operations[rapid.SampledFrom(mix).Draw(t, "operation")](s)
	}
	for _, partition := range s.partitions {
		s.compareQuery(table.Query{Partition: partition})
	}
}

type sequence struct {
	*rapid.T
	*pair
	partitions []string
	last       []table.Write // of the last transaction, to be repeated
}

func (s *sequence) key() table.Key {
	return table.Key{
		Partition: rapid.SampledFrom(s.partitions).Draw(s.T, "partition"),
		Sort:      rapid.SampledFrom(someSorts).Draw(s.T, "sort"),
	}
}

func (s *sequence) item() table.Item {
	item := table.Item{Key: s.key(), Value: rapid.SampledFrom(someValues).Draw(s.T, "value")}
	if life := rapid.IntRange(-1, 5).Draw(s.T, "seconds to live"); life > 0 {
		item.Expires = s.clock.now().Add(time.Duration(life) * time.Second)
	}
	return item
}

func (s *sequence) condition() table.Condition {
	return rapid.SampledFrom([]table.Condition{
		table.Absent(), table.Absent(), table.Absent(), table.Absent(), table.Absent(), table.Absent(),
		table.Version(1), table.Version(1), table.Version(1), table.Version(2), table.Version(2), table.Version(3),
		table.Any(),
		{},
	}).Draw(s.T, "condition")
}

func (s *sequence) compare(what string, a, b error) {
	if errs.CodeOf(a) != errs.CodeOf(b) {
		s.Fatalf("%s: %v on the first, %v on the second", what, a, b)
	}
	s.seen[outcome{what, errs.CodeOf(a)}]++
}

func (s *sequence) compareItems(what string, a, b []table.Item) {
	if len(a) != len(b) {
		s.Fatalf("%s: %d items on the first, %d on the second", what, len(a), len(b))
	}
	for i := range a {
		if a[i].Key != b[i].Key || !bytes.Equal(a[i].Value, b[i].Value) || a[i].Version != b[i].Version || a[i].Expires != b[i].Expires {
			s.Fatalf("%s: item %d is %+v on the first, %+v on the second", what, i, a[i], b[i])
		}
	}
}

func (s *sequence) put() {
	item, condition := s.item(), s.condition()
	s.compare("put", s.a.Put(s.Context(), item, condition), s.b.Put(s.Context(), item, condition))
}

func (s *sequence) delete() {
	key, condition := s.key(), s.condition()
	s.compare("delete", s.a.Delete(s.Context(), key, condition), s.b.Delete(s.Context(), key, condition))
}

func (s *sequence) get() {
	key := s.key()
	a, errA := s.a.Get(s.Context(), key)
	b, errB := s.b.Get(s.Context(), key)
	s.compare("get", errA, errB)
	s.compareItems("get", []table.Item{a}, []table.Item{b})
}

func (s *sequence) query() {
	bounds := append([]string{"", "a\x80"}, someSorts...)
	s.compareQuery(table.Query{
		Partition: rapid.SampledFrom(s.partitions).Draw(s.T, "partition"),
		From:      rapid.SampledFrom(bounds).Draw(s.T, "from"),
		To:        rapid.SampledFrom(bounds).Draw(s.T, "to"),
		Reverse:   rapid.Bool().Draw(s.T, "reverse"),
		Limit:     rapid.IntRange(-1, 4).Draw(s.T, "limit"),
	})
}

// compareQuery compares whole queries, because pages may be short on one of two engines.
func (s *sequence) compareQuery(query table.Query) {
	a, errA := s.follow(s.Context(), s.a, query)
	b, errB := s.follow(s.Context(), s.b, query)
	s.compare("query", errA, errB)
	s.compareItems("query", a, b)
}

func (s *sequence) follow(ctx context.Context, tb table.Table, query table.Query) (items []table.Item, err error) {
	for {
		page, err := tb.Query(ctx, query)
		if err != nil {
			return nil, err
		}
		if query.Limit > 0 && len(page.Items) > query.Limit {
			s.Fatalf("query: %d items on a page, want at most %d", len(page.Items), query.Limit)
		}
		items = append(items, page.Items...)
		if query.Cursor = page.Next; query.Cursor == "" {
			return items, nil
		}
	}
}

func (s *sequence) transact() {
	token := fmt.Sprintf("%s/%d", s.partitions[0], rapid.IntRange(0, 2).Draw(s.T, "token"))
	if len(s.last) == 0 || !rapid.Bool().Draw(s.T, "repeat") {
		s.last = nil
		for range rapid.IntRange(0, 3).Draw(s.T, "writes") {
			s.last = append(s.last, table.Write{
				Op:        rapid.SampledFrom(someOps).Draw(s.T, "op"),
				Item:      s.item(),
				Condition: s.condition(),
			})
		}
	}
	s.compare("transact", s.a.Transact(s.Context(), token, s.last), s.b.Transact(s.Context(), token, s.last))
}

func (s *sequence) step() {
	s.clock.step(rapid.SampledFrom([]time.Duration{time.Second, 3 * time.Second, table.TokenLifetime}).Draw(s.T, "clock"))
}
