package tabletest

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table"
)

// Agree runs 1,000 random sequences of operations (ten times what -rapid.checks says) on two tables and compares all
// that can be seen of them.
func Agree(t *testing.T, a, b Open) {
	c := newClock()
	pair := pair{a: a(t, c.now), b: b(t, c.now), clock: c}
	for range 10 {
		rapid.Check(t, pair.sequence)
		if t.Failed() {
			return
		}
	}
}

type pair struct {
	a, b      table.Table
	clock     *clock
	sequences atomic.Int64
}

// Few keys, so that they meet; their bytes are those that engines get wrong.
var (
	someSorts  = []string{"\x00", "\x00\x00", "a", "a\x00", "a\xff", "b", "\xff", "\xff\xff"}
	someValues = [][]byte{nil, {0}, []byte("value"), []byte("\xff\x00"), make([]byte, 3000)}
)

// sequence runs on partitions and tokens of its own, in place of tables of its own, because opening one takes longer
// than the sequence.
func (p *pair) sequence(t *rapid.T) {
	number := p.sequences.Add(1)
	s := &sequence{T: t, pair: p, partitions: []string{fmt.Sprintf("%d", number), fmt.Sprintf("%d\x00", number)}}
	for range rapid.IntRange(1, 25).Draw(t, "length") {
		rapid.OneOf(
			rapid.Just(s.put), rapid.Just(s.put), rapid.Just(s.delete), rapid.Just(s.get), rapid.Just(s.query),
			rapid.Just(s.transact), rapid.Just(s.transact), rapid.Just(s.step),
		).Draw(t, "operation")()
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
	kind := rapid.IntRange(0, 9).Draw(s.T, "condition: absent, any, none, or version")
	switch kind {
	case 0, 1, 2:
		return table.Absent()
	case 3:
		return table.Any()
	case 4:
		return table.Condition{}
	}
	return table.Version(int64(kind) - 4)
}

func (s *sequence) compare(what string, a, b error) {
	if errs.CodeOf(a) != errs.CodeOf(b) {
		s.Fatalf("%s: %v on the first, %v on the second", what, a, b)
	}
}

func (s *sequence) compareItems(what string, a, b []table.Item) {
	if len(a) != len(b) {
		s.Fatalf("%s: %d items on the first, %d on the second", what, len(a), len(b))
	}
	for i := range a {
		if a[i].Key != b[i].Key || string(a[i].Value) != string(b[i].Value) || a[i].Version != b[i].Version || a[i].Expires != b[i].Expires {
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
		for range rapid.IntRange(0, 4).Draw(s.T, "writes") {
			s.last = append(s.last, table.Write{
				Op:        table.Op(rapid.IntRange(0, 3).Draw(s.T, "op")),
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
