package table_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/storage/table/memtable"
)

func TestConditionsHoldAsTheySay(t *testing.T) {
	for _, c := range []struct {
		name      string
		condition table.Condition
		holds     []int64 // of the live versions 0 (none), 1 and 2
	}{
		{"absent", table.Absent(), []int64{0}},
		{"version 1", table.Version(1), []int64{1}},
		{"version 2", table.Version(2), []int64{2}},
		{"version 0 is not absent", table.Version(0), nil},
		{"any", table.Any(), []int64{0, 1, 2}},
		{"none chosen", table.Condition{}, nil},
	} {
		var got []int64
		for version := range int64(3) {
			if c.condition.Holds(version) {
				got = append(got, version)
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(c.holds) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.holds)
		}
	}
}

func TestEachConditionIsOneOfThree(t *testing.T) {
	for name, c := range map[string]struct {
		condition table.Condition
		want      string
	}{
		"absent":  {table.Absent(), "absent"},
		"any":     {table.Any(), "any"},
		"version": {table.Version(7), "version 7"},
		"none":    {table.Condition{}, ""},
	} {
		got := ""
		if c.condition.IsAbsent() {
			got += "absent"
		}
		if c.condition.IsAny() {
			got += "any"
		}
		if version, ok := c.condition.AsVersion(); ok {
			got += fmt.Sprintf("version %d", version)
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestAPrefixBoundsExactlyWhatBeginsWithIt(t *testing.T) {
	text := rapid.SliceOfN(rapid.SampledFrom([]byte{0, 1, 'a', 'b', 0xfe, 0xff}), 0, 4)
	rapid.Check(t, func(t *rapid.T) {
		prefix, key := string(text.Draw(t, "prefix")), string(text.Draw(t, "key"))+"x"
		query := table.Prefix("p", prefix)
		got := key >= query.From && (query.To == "" || key < query.To)
		if want := strings.HasPrefix(key, prefix); got != want {
			t.Errorf("%q in %q to %q: got %v, want %v", key, query.From, query.To, got, want)
		}
	})
}

func TestAllFollowsEveryPage(t *testing.T) {
	tb := memtable.New(func() time.Time { return time.Unix(0, 0) })
	for i := range 10 {
		item := table.Item{Key: table.Key{Partition: "p", Sort: strconv.Itoa(i)}}
		if err := tb.Put(t.Context(), item.With([]byte("value")), table.Absent()); err != nil {
			t.Fatal(err)
		}
	}
	items, err := table.All(t.Context(), tb, table.Query{Partition: "p", Limit: 3})
	if err != nil || len(items) != 10 {
		t.Fatalf("got %d items (%v), want 10", len(items), err)
	}
	for i, item := range items {
		if got, want := item.Sort, strconv.Itoa(i); got != want || string(item.Value) != "value" {
			t.Errorf("got %q with %q, want %q", got, item.Value, want)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := table.All(ctx, tb, table.Query{Partition: "p"}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the context's error", err)
	}
}
