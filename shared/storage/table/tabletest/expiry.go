package tabletest

import (
	"testing"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table"
)

// expiring puts the item "s", which expires a minute later, between two that stay.
func expiring(t *testing.T, tb table.Table, c *clock) {
	t.Helper()
	item := at("s", "soon gone")
	item.Expires = c.now().Add(time.Minute)
	put(t, tb, at("r", "stays"), item, at("t", "stays"))
}

var expiryCases = map[string]func(*testing.T, table.Table, *clock){
	"an item is there until the second it expires": func(t *testing.T, tb table.Table, c *clock) {
		expiring(t, tb, c)
		c.step(time.Minute - time.Nanosecond)
		wantItem(t, tb, key("s"), "soon gone", 1)
		c.step(time.Nanosecond)
		wantAbsent(t, tb, key("s"))
	},
	"an expiry comes back in UTC and cut to the second": func(t *testing.T, tb table.Table, c *clock) {
		item := at("s", "x")
		want := c.now().Add(time.Hour)
		item.Expires = want.Add(999 * time.Millisecond).In(time.FixedZone("elsewhere", 3600))
		put(t, tb, item)
		for _, got := range []table.Item{get(t, tb, key("s")), all(t, tb, table.Query{Partition: "p"})[0]} {
			if got.Expires != want {
				t.Errorf("got %v, want %v", got.Expires, want)
			}
		}
	},
	"an item that expired before it was put is never there": func(t *testing.T, tb table.Table, c *clock) {
		for _, expires := range []time.Time{c.now(), c.now().Add(-time.Hour), time.Unix(0, 0), time.Unix(-1, 0)} {
			item := at("s", "x")
			item.Expires = expires
			put(t, tb, item) // every time, because absent holds
			wantAbsent(t, tb, key("s"))
		}
	},
	"an expired item is absent to conditions": func(t *testing.T, tb table.Table, c *clock) {
		expiring(t, tb, c)
		c.step(time.Minute)
		wantCode(t, "put with its version", tb.Put(t.Context(), at("s", "x"), table.Version(1)), errs.Conflict)
		wantCode(t, "delete with its version", tb.Delete(t.Context(), key("s"), table.Version(1)), errs.Conflict)
		wantCode(t, "check of its version", tb.Transact(t.Context(), "check", []table.Write{
			table.Check(key("s"), table.Version(1)), table.Put(at("u", "x"), table.Absent()),
		}), errs.Conflict)
		if err := tb.Transact(t.Context(), "absent", []table.Write{
			table.Check(key("s"), table.Absent()), table.Put(at("v", "x"), table.Absent()),
		}); err != nil {
			t.Errorf("check of its absence: %v", err)
		}
		put(t, tb, at("s", "new"))
		wantItem(t, tb, key("s"), "new", 1)
		c.step(time.Hour)
		wantItem(t, tb, key("s"), "new", 1) // the old expiry went with the old item
	},
	"an expired item is absent to queries": func(t *testing.T, tb table.Table, c *clock) {
		expiring(t, tb, c)
		c.step(time.Minute)
		for _, limit := range []int{0, 1, 2, 3} {
			for _, reverse := range []bool{false, true} {
				for _, item := range all(t, tb, table.Query{Partition: "p", Limit: limit, Reverse: reverse}) {
					if item.Sort == "s" {
						t.Errorf("limit %d, reverse %v: got the expired item", limit, reverse)
					}
				}
				if got, want := len(all(t, tb, table.Query{Partition: "p", Limit: limit, Reverse: reverse})), 2; got != want {
					t.Errorf("limit %d, reverse %v: got %d items, want %d", limit, reverse, got, want)
				}
			}
		}
	},
	"an expired item can be deleted": func(t *testing.T, tb table.Table, c *clock) {
		expiring(t, tb, c)
		c.step(time.Minute)
		if err := tb.Delete(t.Context(), key("s"), table.Any()); err != nil {
			t.Error(err)
		}
		if err := tb.Delete(t.Context(), key("s"), table.Absent()); err != nil {
			t.Error(err)
		}
	},
	"a put changes the expiry": func(t *testing.T, tb table.Table, c *clock) {
		expiring(t, tb, c)
		longer := at("s", "longer")
		longer.Expires = c.now().Add(time.Hour)
		if err := tb.Put(t.Context(), longer, table.Version(1)); err != nil {
			t.Fatal(err)
		}
		c.step(time.Minute)
		wantItem(t, tb, key("s"), "longer", 2)
		if err := tb.Put(t.Context(), at("s", "for ever"), table.Version(2)); err != nil {
			t.Fatal(err)
		}
		c.step(24 * time.Hour)
		wantItem(t, tb, key("s"), "for ever", 3)
	},
	"a partition of nothing but expired items is empty": func(t *testing.T, tb table.Table, c *clock) {
		for i := range 300 {
			item := table.Item{Key: key(string(rune(0x100 + i))), Value: make([]byte, 4096), Expires: c.now().Add(time.Second)}
			put(t, tb, item)
		}
		c.step(time.Second)
		if got := all(t, tb, table.Query{Partition: "p", Limit: 7}); len(got) != 0 {
			t.Errorf("got %d items, want none", len(got))
		}
	},
}
