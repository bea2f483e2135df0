package tabletest

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table"
)

func transact(t *testing.T, tb table.Table, token string, writes ...table.Write) {
	t.Helper()
	if err := tb.Transact(t.Context(), token, writes); err != nil {
		t.Fatalf("transact: %v", err)
	}
}

var transactionCases = map[string]func(*testing.T, table.Table, *clock){
	"a transaction makes all of its writes": func(t *testing.T, tb table.Table, c *clock) {
		put(t, tb, at("updated", "old"), at("deleted", "old"), at("checked", "old"))
		created := at("created", "new")
		created.Expires = c.now().Add(time.Minute)
		transact(t, tb, "token",
			table.Put(created, table.Absent()),
			table.Put(at("updated", "new"), table.Version(1)),
			table.Delete(key("deleted"), table.Version(1)),
			table.Delete(key("never"), table.Any()),
			table.Check(key("checked"), table.Version(1)),
			table.Check(key("nothing"), table.Absent()),
			table.Put(table.Item{Key: table.Key{Partition: "other", Sort: "created"}, Value: []byte("new")}, table.Absent()),
		)
		wantItem(t, tb, key("created"), "new", 1)
		wantItem(t, tb, key("updated"), "new", 2)
		wantAbsent(t, tb, key("deleted"))
		wantItem(t, tb, key("checked"), "old", 1)
		wantAbsent(t, tb, key("nothing"))
		wantItem(t, tb, table.Key{Partition: "other", Sort: "created"}, "new", 1)
		c.step(time.Minute)
		wantAbsent(t, tb, key("created"))
	},
	"a transaction whose condition fails makes none of them": func(t *testing.T, tb table.Table, _ *clock) {
		put(t, tb, at("updated", "old"), at("deleted", "old"))
		good := []table.Write{
			table.Put(at("created", "new"), table.Absent()),
			table.Put(at("updated", "new"), table.Version(1)),
			table.Delete(key("deleted"), table.Any()),
		}
		for i, failing := range []table.Write{
			table.Put(at("other", "new"), table.Version(1)),
			table.Delete(key("other"), table.Version(1)),
			table.Check(key("other"), table.Version(1)),
		} {
			for _, position := range []int{0, 1, len(good)} {
				writes := append(append(append([]table.Write{}, good[:position]...), failing), good[position:]...)
				wantCode(t, "transact", tb.Transact(t.Context(), fmt.Sprintf("%d/%d", i, position), writes), errs.Conflict)
			}
		}
		wantCode(t, "check absent of what is there", tb.Transact(t.Context(), "absent",
			append([]table.Write{good[0]}, table.Check(key("updated"), table.Absent()))), errs.Conflict)
		wantAbsent(t, tb, key("created"))
		wantItem(t, tb, key("updated"), "old", 1)
		wantItem(t, tb, key("deleted"), "old", 1)
	},
	"a transaction that is no transaction is refused and makes nothing": func(t *testing.T, tb table.Table, _ *clock) {
		good := table.Put(at("good", "x"), table.Absent())
		var noOp table.Write
		noOp.Item.Key, noOp.Condition = key("s"), table.Absent()
		many := make([]table.Write, table.MaxTransaction+1)
		for i := range many {
			many[i] = table.Put(at(strconv.Itoa(i), "x"), table.Absent())
		}
		for name, c := range map[string]struct {
			token  string
			writes []table.Write
		}{
			"no writes":        {"t", nil},
			"too many writes":  {"t", many},
			"one key twice":    {"t", []table.Write{good, table.Check(key("good"), table.Absent())}},
			"no op":            {"t", []table.Write{good, noOp}},
			"no condition":     {"t", []table.Write{good, {Op: table.DeleteOp, Item: at("s", "")}}},
			"put with any":     {"t", []table.Write{good, table.Put(at("s", ""), table.Any())}},
			"check with any":   {"t", []table.Write{good, table.Check(key("s"), table.Any())}},
			"an empty key":     {"t", []table.Write{good, table.Delete(table.Key{Partition: "p"}, table.Any())}},
			"an empty token":   {"", []table.Write{good}},
			"a token too long": {strings.Repeat("t", 37), []table.Write{good}},
		} {
			wantCode(t, name, tb.Transact(t.Context(), c.token, c.writes), errs.Invalid)
		}
		wantAbsent(t, tb, key("good"))
		wantAbsent(t, tb, key("0"))
		transact(t, tb, strings.Repeat("\xff", 36), many[:table.MaxTransaction]...)
		if got, want := len(all(t, tb, table.Query{Partition: "p"})), table.MaxTransaction; got != want {
			t.Errorf("got %d items of the largest transaction, want %d", got, want)
		}
	},
	"a transaction holds at most its bytes": func(t *testing.T, tb table.Table, _ *clock) {
		var writes []table.Write
		left := table.MaxTransactBytes
		for i := 0; left > 0; i++ {
			item := at(fmt.Sprintf("%02d", i), "")
			item.Value = make([]byte, min(left, table.MaxItem)-len("p")-2)
			left -= min(left, table.MaxItem)
			writes = append(writes, table.Put(item, table.Absent()))
		}
		over := append(writes, table.Put(at("x", ""), table.Absent()))
		wantCode(t, "two bytes more", tb.Transact(t.Context(), "over", over), errs.TooLarge)
		wantAbsent(t, tb, key("00"))
		transact(t, tb, "full", writes...)
		if got, want := len(all(t, tb, table.Query{Partition: "p"})), len(writes); got != want {
			t.Errorf("got %d items, want %d", got, want)
		}
	},
}

var tokenCases = map[string]func(*testing.T, table.Table, *clock){
	"a repeated transaction succeeds without writing again": func(t *testing.T, tb table.Table, c *clock) {
		put(t, tb, at("counter", "0"))
		writes := []table.Write{table.Put(at("counter", "1"), table.Version(1)), table.Put(at("new", "x"), table.Absent())}
		transact(t, tb, "token", writes...)
		if err := tb.Delete(t.Context(), key("new"), table.Any()); err != nil {
			t.Fatal(err)
		}
		c.step(table.TokenLifetime - time.Nanosecond)
		transact(t, tb, "token", writes...)
		wantItem(t, tb, key("counter"), "1", 2)
		wantAbsent(t, tb, key("new"))
	},
	"a token with other writes is a conflict": func(t *testing.T, tb table.Table, c *clock) {
		item := at("s", "x")
		item.Expires = c.now().Add(time.Hour)
		transact(t, tb, "token", table.Put(item, table.Absent()), table.Check(key("c"), table.Absent()))
		later, longer := item, item
		later.Expires = later.Expires.Add(time.Second)
		longer.Value = []byte("xx")
		check := table.Check(key("c"), table.Absent())
		for name, writes := range map[string][]table.Write{
			"fewer":             {table.Put(item, table.Absent())},
			"more":              {table.Put(item, table.Absent()), check, table.Check(key("d"), table.Absent())},
			"another key":       {table.Put(at("t", "x"), table.Absent()), check},
			"another value":     {table.Put(longer, table.Absent()), check},
			"another expiry":    {table.Put(later, table.Absent()), check},
			"another condition": {table.Put(item, table.Version(1)), check},
			"another version":   {table.Put(item, table.Version(2)), check},
			"another op":        {table.Delete(item.Key, table.Absent()), check},
			"bytes moved from partition to sort key": {
				table.Put(item, table.Absent()), table.Check(table.Key{Partition: "pc", Sort: "c"}, table.Absent()),
			},
		} {
			wantCode(t, name, tb.Transact(t.Context(), "token", writes), errs.Conflict)
		}
		wantItem(t, tb, key("s"), "x", 1)
		wantAbsent(t, tb, key("t"))
	},
	"the version of an item in a put says nothing": func(t *testing.T, tb table.Table, _ *clock) {
		item := at("s", "x")
		transact(t, tb, "token", table.Put(item, table.Absent()))
		item.Version = 9
		transact(t, tb, "token", table.Put(item, table.Absent()))
	},
	"a token counts anew after its lifetime": func(t *testing.T, tb table.Table, c *clock) {
		transact(t, tb, "token", table.Put(at("s", "x"), table.Absent()))
		c.step(table.TokenLifetime)
		wantCode(t, "the same writes", tb.Transact(t.Context(), "token", []table.Write{table.Put(at("s", "x"), table.Absent())}), errs.Conflict)
		transact(t, tb, "token", table.Put(at("t", "other writes"), table.Absent()))
		c.step(table.TokenLifetime - time.Second)
		transact(t, tb, "token", table.Put(at("t", "other writes"), table.Absent()))
		wantItem(t, tb, key("t"), "other writes", 1)
	},
	"a cancelled transaction leaves its token free": func(t *testing.T, tb table.Table, _ *clock) {
		writes := []table.Write{table.Put(at("s", "x"), table.Version(1))}
		wantCode(t, "first", tb.Transact(t.Context(), "token", writes), errs.Conflict)
		put(t, tb, at("s", "now there"))
		transact(t, tb, "token", writes...)
		wantItem(t, tb, key("s"), "x", 2)
		wantCode(t, "third, with other writes", tb.Transact(t.Context(), "token",
			[]table.Write{table.Put(at("s", "y"), table.Version(2))}), errs.Conflict)
	},
	"tokens are apart, whatever bytes they hold": func(t *testing.T, tb table.Table, _ *clock) {
		for i, token := range []string{"t", "t\x00", "T", "\x00", "\xff", "'"} {
			transact(t, tb, token, table.Put(at(strconv.Itoa(i), "x"), table.Absent()))
		}
		if got, want := len(all(t, tb, table.Query{Partition: "p"})), 6; got != want {
			t.Errorf("got %d items, want %d", got, want)
		}
	},
}
