package tabletest

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table"
)

var itemCases = map[string]func(*testing.T, table.Table, *clock){
	"an item that was put is there with version 1": func(t *testing.T, tb table.Table, _ *clock) {
		item := at("s", "value")
		item.Version = 7 // set by the table, ignored in a put
		put(t, tb, item)
		wantItem(t, tb, key("s"), "value", 1)
		if got := get(t, tb, key("s")).Expires; !got.IsZero() {
			t.Errorf("got an expiry %v, want none", got)
		}
	},
	"an item that was never put is not found": func(t *testing.T, tb table.Table, _ *clock) {
		put(t, tb, at("s", ""))
		for _, k := range []table.Key{key("t"), {Partition: "q", Sort: "s"}, {Partition: "p\x00", Sort: "s"}} {
			wantAbsent(t, tb, k)
		}
	},
	"absent lets the first put through and no other": func(t *testing.T, tb table.Table, _ *clock) {
		put(t, tb, at("s", "first"))
		wantCode(t, "second put", tb.Put(t.Context(), at("s", "second"), table.Absent()), errs.Conflict)
		wantItem(t, tb, key("s"), "first", 1)
	},
	"a version lets one put through, which makes the next": func(t *testing.T, tb table.Table, _ *clock) {
		put(t, tb, at("s", "one"))
		for version := int64(1); version <= 3; version++ {
			item := get(t, tb, key("s"))
			if err := tb.Put(t.Context(), item.With([]byte("more")), table.Version(version)); err != nil {
				t.Fatal(err)
			}
			wantItem(t, tb, key("s"), "more", version+1)
			wantCode(t, "the old version", tb.Put(t.Context(), item, table.Version(version)), errs.Conflict)
		}
	},
	"a version does not hold on another version or on nothing": func(t *testing.T, tb table.Table, _ *clock) {
		put(t, tb, at("s", "kept"))
		for _, version := range []int64{-1, 0, 2, 1 << 62} {
			wantCode(t, "put", tb.Put(t.Context(), at("s", "x"), table.Version(version)), errs.Conflict)
			wantCode(t, "put where nothing is", tb.Put(t.Context(), at("t", "x"), table.Version(version)), errs.Conflict)
			wantCode(t, "delete", tb.Delete(t.Context(), key("s"), table.Version(version)), errs.Conflict)
		}
		wantItem(t, tb, key("s"), "kept", 1)
		wantAbsent(t, tb, key("t"))
	},
	"a deleted item is gone and starts again at version 1": func(t *testing.T, tb table.Table, _ *clock) {
		put(t, tb, at("s", "one"), at("t", "neighbour"))
		if err := tb.Put(t.Context(), at("s", "two"), table.Version(1)); err != nil {
			t.Fatal(err)
		}
		wantCode(t, "delete of an old version", tb.Delete(t.Context(), key("s"), table.Version(1)), errs.Conflict)
		if err := tb.Delete(t.Context(), key("s"), table.Version(2)); err != nil {
			t.Fatal(err)
		}
		wantAbsent(t, tb, key("s"))
		wantCode(t, "delete of nothing", tb.Delete(t.Context(), key("s"), table.Version(2)), errs.Conflict)
		put(t, tb, at("s", "again"))
		wantItem(t, tb, key("s"), "again", 1)
		wantItem(t, tb, key("t"), "neighbour", 1)
	},
	"any deletes what is there and succeeds where nothing is": func(t *testing.T, tb table.Table, _ *clock) {
		put(t, tb, at("s", "x"))
		for range 2 {
			if err := tb.Delete(t.Context(), key("s"), table.Any()); err != nil {
				t.Fatal(err)
			}
			wantAbsent(t, tb, key("s"))
		}
	},
	"a delete with absent conflicts with what is there": func(t *testing.T, tb table.Table, _ *clock) {
		if err := tb.Delete(t.Context(), key("s"), table.Absent()); err != nil {
			t.Fatal(err)
		}
		put(t, tb, at("s", "x"))
		wantCode(t, "delete", tb.Delete(t.Context(), key("s"), table.Absent()), errs.Conflict)
		wantItem(t, tb, key("s"), "x", 1)
	},
	"a write without its condition is refused": func(t *testing.T, tb table.Table, _ *clock) {
		var none table.Condition
		wantCode(t, "put with any", tb.Put(t.Context(), at("s", "x"), table.Any()), errs.Invalid)
		wantCode(t, "put with none", tb.Put(t.Context(), at("s", "x"), none), errs.Invalid)
		wantCode(t, "delete with none", tb.Delete(t.Context(), key("s"), none), errs.Invalid)
		wantAbsent(t, tb, key("s"))
	},
	"values are copied in and out": func(t *testing.T, tb table.Table, _ *clock) {
		value := []byte("value")
		put(t, tb, table.Item{Key: key("s"), Value: value})
		value[0] = 'X'
		wantItem(t, tb, key("s"), "value", 1)
		get(t, tb, key("s")).Value[0] = 'Y'
		all(t, tb, table.Query{Partition: "p"})[0].Value[0] = 'Z'
		wantItem(t, tb, key("s"), "value", 1)
	},
	"keys and values may hold any bytes": func(t *testing.T, tb table.Table, _ *clock) {
		odd := []string{"\x00", "\x00\x00", "\xff", "\xff\xfe", "a\x00b", "ü", "\xc3", "'; DROP TABLE items; --", "#", "a#b", " ", "\n"}
		for i, partition := range odd {
			for j, sort := range odd {
				value := odd[(i+j)%len(odd)]
				put(t, tb, table.Item{Key: table.Key{Partition: partition, Sort: sort}, Value: []byte(value)})
			}
		}
		for i, partition := range odd {
			for j, sort := range odd {
				wantItem(t, tb, table.Key{Partition: partition, Sort: sort}, odd[(i+j)%len(odd)], 1)
			}
		}
	},
	"no value and an empty one are the same": func(t *testing.T, tb table.Table, _ *clock) {
		put(t, tb, table.Item{Key: key("none")}, table.Item{Key: key("empty"), Value: []byte{}})
		wantItem(t, tb, key("none"), "", 1)
		wantItem(t, tb, key("empty"), "", 1)
		if got, want := len(all(t, tb, table.Query{Partition: "p"})), 2; got != want {
			t.Errorf("got %d items, want %d", got, want)
		}
	},
}

var contextCases = map[string]func(*testing.T, table.Table, *clock){
	"a context that has ended ends every call": func(t *testing.T, tb table.Table, _ *clock) {
		put(t, tb, at("s", "kept"))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, got := tb.Get(ctx, key("s"))
		_, queried := tb.Query(ctx, table.Query{Partition: "p"})
		for name, err := range map[string]error{
			"get":      got,
			"query":    queried,
			"put":      tb.Put(ctx, at("s", "x"), table.Version(1)),
			"delete":   tb.Delete(ctx, key("s"), table.Any()),
			"transact": tb.Transact(ctx, "token", []table.Write{table.Put(at("t", "x"), table.Absent())}),
		} {
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%s: got %v, want the context's error", name, err)
			}
		}
		wantItem(t, tb, key("s"), "kept", 1)
		wantAbsent(t, tb, key("t"))
	},
}

var limitCases = map[string]func(*testing.T, table.Table, *clock){
	"keys have a size of at least one byte and at most their limit": func(t *testing.T, tb table.Table, _ *clock) {
		longest := table.Key{Partition: strings.Repeat("\xff", table.MaxPartitionKey), Sort: strings.Repeat("\xff", table.MaxSortKey)}
		put(t, tb, table.Item{Key: longest, Value: []byte("x")})
		wantItem(t, tb, longest, "x", 1)
		if got, want := len(all(t, tb, table.Query{Partition: longest.Partition, From: longest.Sort})), 1; got != want {
			t.Errorf("got %d items from the longest key on, want %d", got, want)
		}
		for _, k := range []table.Key{
			{Sort: "s"}, {Partition: "p"}, {}, {Partition: longest.Partition + "x", Sort: "s"}, {Partition: "p", Sort: longest.Sort + "x"},
		} {
			_, err := tb.Get(t.Context(), k)
			wantCode(t, "get", err, errs.Invalid)
			wantCode(t, "put", tb.Put(t.Context(), table.Item{Key: k}, table.Absent()), errs.Invalid)
			wantCode(t, "delete", tb.Delete(t.Context(), k, table.Any()), errs.Invalid)
			wantCode(t, "transact", tb.Transact(t.Context(), "token", []table.Write{table.Check(k, table.Absent())}), errs.Invalid)
		}
		for _, q := range []table.Query{
			{},
			{Partition: longest.Partition + "x"},
			{Partition: "p", From: longest.Sort + "x"},
			{Partition: "p", To: longest.Sort + "x"},
			{Partition: "p", Limit: -1},
		} {
			_, err := tb.Query(t.Context(), q)
			wantCode(t, "query", err, errs.Invalid)
		}
	},
	"an item may be as large as the limit": func(t *testing.T, tb table.Table, _ *clock) {
		value := strings.Repeat("x", table.MaxItem-len("p")-len("s"))
		put(t, tb, at("s", value))
		wantItem(t, tb, key("s"), value, 1)
		wantCode(t, "one byte more", tb.Put(t.Context(), at("s", value+"x"), table.Version(1)), errs.TooLarge)
		wantCode(t, "one byte more in a transaction",
			tb.Transact(t.Context(), "token", []table.Write{table.Put(at("t", value+"x"), table.Absent())}), errs.TooLarge)
		wantItem(t, tb, key("s"), value, 1)
		wantAbsent(t, tb, key("t"))
	},
}
