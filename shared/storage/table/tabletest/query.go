package tabletest

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table"
)

// ladder is in the order of bytes.
var ladder = []string{"\x00", "\x00\x00", "\x00\xff", "A", "B", "a", "a\x00", "a\x00b", "aa", "a\xff", "b", "~", "é", "\xff", "\xff\x00", "\xff\xff"}

func climb(t *testing.T, tb table.Table) {
	t.Helper()
	for i := range ladder {
		put(t, tb, at(ladder[(i*7)%len(ladder)], "x")) // in another order
	}
	put(t, tb, table.Item{Key: table.Key{Partition: "o", Sort: "z"}}, table.Item{Key: table.Key{Partition: "p\x00", Sort: "a"}})
}

var queryCases = map[string]func(*testing.T, table.Table, *clock){
	"a query returns one partition in the order of bytes": func(t *testing.T, tb table.Table, _ *clock) {
		climb(t, tb)
		if got := sorts(all(t, tb, table.Query{Partition: "p"})); !slices.Equal(got, ladder) {
			t.Errorf("got %q, want %q", got, ladder)
		}
		backwards := slices.Clone(ladder)
		slices.Reverse(backwards)
		if got := sorts(all(t, tb, table.Query{Partition: "p", Reverse: true})); !slices.Equal(got, backwards) {
			t.Errorf("reverse: got %q, want %q", got, backwards)
		}
	},
	"a query returns whole items": func(t *testing.T, tb table.Table, _ *clock) {
		put(t, tb, at("s", "one"))
		if err := tb.Put(t.Context(), at("s", "two"), table.Version(1)); err != nil {
			t.Fatal(err)
		}
		items := all(t, tb, table.Query{Partition: "p"})
		if len(items) != 1 || items[0].Key != key("s") || string(items[0].Value) != "two" || items[0].Version != 2 {
			t.Errorf("got %+v, want the item as Get returns it", items)
		}
	},
	"bounds include the first and exclude the last": func(t *testing.T, tb table.Table, _ *clock) {
		climb(t, tb)
		bounds := append([]string{"", "a\x00a", "c", "\x01", strings.Repeat("\xff", table.MaxSortKey)}, ladder...)
		for _, from := range bounds {
			for _, to := range bounds {
				var want []string
				for _, sort := range ladder {
					if sort >= from && (to == "" || sort < to) {
						want = append(want, sort)
					}
				}
				for _, reverse := range []bool{false, true} {
					got := sorts(all(t, tb, table.Query{Partition: "p", From: from, To: to, Reverse: reverse, Limit: 3}))
					if reverse {
						slices.Reverse(got)
					}
					if !slices.Equal(got, want) {
						t.Errorf("from %q to %q, reverse %v: got %q, want %q", from, to, reverse, got, want)
					}
				}
			}
		}
	},
	"a prefix finds what begins with it": func(t *testing.T, tb table.Table, _ *clock) {
		climb(t, tb)
		for _, prefix := range append([]string{"", "\x01", "a\x00bc"}, ladder...) {
			var want []string
			for _, sort := range ladder {
				if strings.HasPrefix(sort, prefix) {
					want = append(want, sort)
				}
			}
			if got := sorts(all(t, tb, table.Prefix("p", prefix))); !slices.Equal(got, want) {
				t.Errorf("%q: got %q, want %q", prefix, got, want)
			}
		}
	},
	"a partition without items is an empty page": func(t *testing.T, tb table.Table, _ *clock) {
		climb(t, tb)
		for _, query := range []table.Query{{Partition: "q"}, {Partition: "p", From: "c", To: "d"}, {Partition: "p", From: "d", To: "c"}} {
			page, err := tb.Query(t.Context(), query)
			if err != nil || len(page.Items) != 0 || page.Next != "" {
				t.Errorf("got %d items, next %q, %v, want an empty page", len(page.Items), page.Next, err)
			}
		}
	},
}

var pageCases = map[string]func(*testing.T, table.Table, *clock){
	"pages cover a query without gaps and repeats": func(t *testing.T, tb table.Table, _ *clock) {
		climb(t, tb)
		for limit := 1; limit <= len(ladder)+1; limit++ {
			for _, reverse := range []bool{false, true} {
				query := table.Query{Partition: "p", Limit: limit, Reverse: reverse}
				var got []string
				for {
					page, err := tb.Query(t.Context(), query)
					if err != nil {
						t.Fatal(err)
					}
					if len(page.Items) > limit {
						t.Errorf("got %d items, want at most %d", len(page.Items), limit)
					}
					got = append(got, sorts(page.Items)...)
					if query.Cursor = page.Next; query.Cursor == "" {
						break
					}
				}
				if reverse {
					slices.Reverse(got)
				}
				if !slices.Equal(got, ladder) {
					t.Errorf("pages of %d, reverse %v: got %q, want %q", limit, reverse, got, ladder)
				}
			}
		}
	},
	"a page holds at most its bytes": func(t *testing.T, tb table.Table, _ *clock) {
		const size, count = 300 << 10, 10
		var want []string
		for i := range count {
			sort := fmt.Sprintf("%02d", i)
			put(t, tb, table.Item{Key: key(sort), Value: make([]byte, size)})
			want = append(want, sort)
		}
		for _, limit := range []int{0, count} {
			query := table.Query{Partition: "p", Limit: limit}
			var got []string
			for pages := 1; ; pages++ {
				page, err := tb.Query(t.Context(), query)
				if err != nil {
					t.Fatal(err)
				}
				if len(page.Items)*size > table.MaxPage {
					t.Errorf("got a page of %d bytes, want at most %d", len(page.Items)*size, table.MaxPage)
				}
				got = append(got, sorts(page.Items)...)
				if query.Cursor = page.Next; query.Cursor == "" {
					break
				}
				if pages > count {
					t.Fatal("got more pages than items")
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		}
	},
	"a cursor goes on although items come and go": func(t *testing.T, tb table.Table, _ *clock) {
		put(t, tb, at("a", ""), at("b", ""), at("d", ""), at("e", ""))
		page, err := tb.Query(t.Context(), table.Query{Partition: "p", Limit: 2})
		if err != nil || len(page.Items) != 2 || page.Next == "" {
			t.Fatalf("got %d items, next %q, %v, want two and more", len(page.Items), page.Next, err)
		}
		for _, gone := range []string{"b", "d"} {
			if err := tb.Delete(t.Context(), key(gone), table.Any()); err != nil {
				t.Fatal(err)
			}
		}
		put(t, tb, at("aa", "behind"), at("c", "ahead"))
		rest := sorts(all(t, tb, table.Query{Partition: "p", Limit: 1, Cursor: page.Next}))
		if want := []string{"c", "e"}; !slices.Equal(rest, want) {
			t.Errorf("got %q, want %q", rest, want)
		}
	},
	"a foreign cursor is refused": func(t *testing.T, tb table.Table, _ *clock) {
		climb(t, tb)
		query := table.Query{Partition: "p", From: "A", To: "~", Limit: 1}
		page, err := tb.Query(t.Context(), query)
		if err != nil || page.Next == "" {
			t.Fatalf("got next %q, %v, want a cursor", page.Next, err)
		}
		query.Cursor = page.Next
		another := func(change func(*table.Query)) table.Query {
			q := query
			change(&q)
			return q
		}
		for name, q := range map[string]table.Query{
			"no cursor at all":  another(func(q *table.Query) { q.Cursor = "nobody made this" }),
			"a bare key":        another(func(q *table.Query) { q.Cursor = base64.RawURLEncoding.EncodeToString([]byte("a")) }),
			"cut short":         another(func(q *table.Query) { q.Cursor = q.Cursor[:len(q.Cursor)-2] }),
			"another partition": another(func(q *table.Query) { q.Partition = "o" }),
			"another direction": another(func(q *table.Query) { q.Reverse = true }),
			"another bound":     another(func(q *table.Query) { q.From = "B" }),
		} {
			_, err := tb.Query(t.Context(), q)
			wantCode(t, name, err, errs.Invalid)
		}
		query.Limit = 5
		if _, err := tb.Query(t.Context(), query); err != nil {
			t.Errorf("another limit: %v", err)
		}
	},
}
