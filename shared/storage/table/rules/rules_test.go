package rules_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/storage/table/rules"
)

var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// secret is in every refused request below and must be in no message.
const secret = "4111111111111111"

func TestARefusalNamesTheFieldAndNeverTheValue(t *testing.T) {
	good := table.Key{Partition: "p", Sort: secret}
	long := strings.Repeat(secret, 200)
	huge := table.Item{Key: good, Value: make([]byte, table.MaxItem)}
	var none table.Condition
	many := make([]table.Write, table.MaxTransaction+1)
	for name, c := range map[string]struct {
		err  error
		code errs.Code
		says string
	}{
		"no partition key":     {rules.Key(table.Key{Sort: secret}), errs.Invalid, "partition key"},
		"a long partition key": {rules.Key(table.Key{Partition: long, Sort: "s"}), errs.Invalid, "partition key"},
		"no sort key":          {rules.Key(table.Key{Partition: secret}), errs.Invalid, "sort key"},
		"a long sort key":      {rules.Key(table.Key{Partition: "p", Sort: long}), errs.Invalid, "sort key"},
		"a put with any":       {rules.Put(table.Item{Key: good}, table.Any()), errs.Invalid, "put needs the condition"},
		"a put with none":      {rules.Put(table.Item{Key: good}, none), errs.Invalid, "put needs the condition"},
		"a huge put":           {rules.Put(huge, table.Absent()), errs.TooLarge, "item"},
		"a delete with none":   {rules.Delete(good, none), errs.Invalid, "delete needs a condition"},
		"no token":             {rules.Transact("", many[:1]), errs.Invalid, "token"},
		"a long token":         {rules.Transact(long, many[:1]), errs.Invalid, "token"},
		"no writes":            {rules.Transact("t", nil), errs.Invalid, "1 to 99 writes"},
		"many writes":          {rules.Transact("t", many), errs.Invalid, "1 to 99 writes"},
		"no op": {
			rules.Transact("t", []table.Write{table.Check(good, table.Absent()), {Item: table.Item{Key: good}}}),
			errs.Invalid, "write 1: a write must be",
		},
		"a check with any":    {rules.Transact("t", []table.Write{table.Check(good, table.Any())}), errs.Invalid, "write 0: a check needs"},
		"a check without key": {rules.Transact("t", []table.Write{table.Check(table.Key{}, table.Absent())}), errs.Invalid, "write 0: the partition key"},
		"one key twice": {
			rules.Transact("t", []table.Write{table.Delete(good, table.Any()), table.Check(good, table.Absent())}),
			errs.Invalid, "write 1: a transaction must name each key once",
		},
		"a long bound":      {queryError(table.Query{Partition: "p", From: long}), errs.Invalid, "bounds"},
		"a negative limit":  {queryError(table.Query{Partition: "p", Limit: -1}), errs.Invalid, "limit"},
		"a foreign cursor":  {queryError(table.Query{Partition: "p", Cursor: secret}), errs.Invalid, "cursor"},
		"a query of no one": {queryError(table.Query{Cursor: secret}), errs.Invalid, "partition key"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := errs.CodeOf(c.err); got != c.code {
				t.Fatalf("got %q (%v), want %q", got, c.err, c.code)
			}
			if got := c.err.Error(); !strings.Contains(got, c.says) || strings.Contains(got, secret) {
				t.Errorf("got %q, want it to say %q and not the value", got, c.says)
			}
		})
	}
}

func queryError(q table.Query) error {
	_, err := rules.Query(q)
	return err
}

func TestAnExpiryIsKeptToTheSecondAndNoMomentMeansNever(t *testing.T) {
	for _, c := range []struct {
		expires time.Time
		want    time.Time
		live    bool
	}{
		{time.Time{}, time.Time{}, true},
		{now.Add(time.Second), now.Add(time.Second), true},
		{now.Add(time.Second - 1), now, false},
		{now, now, false},
		{time.Unix(0, 0), time.Unix(1, 0).UTC(), false},
		{time.Unix(-7, 0), time.Unix(1, 0).UTC(), false},
	} {
		seconds := rules.Seconds(c.expires)
		if got := rules.Expires(seconds); got != c.want {
			t.Errorf("%v: got %v, want %v", c.expires, got, c.want)
		}
		if got := rules.Live(seconds, now); got != c.live {
			t.Errorf("%v: got live %v, want %v", c.expires, got, c.live)
		}
	}
}

func TestACursorNarrowsItsQueryAndFitsNoOther(t *testing.T) {
	key := rapid.SliceOfN(rapid.Byte(), 1, 8)
	rapid.Check(t, func(t *rapid.T) {
		query := table.Query{
			Partition: string(key.Draw(t, "partition")),
			From:      string(rapid.SliceOfN(rapid.Byte(), 0, 8).Draw(t, "from")),
			To:        string(rapid.SliceOfN(rapid.Byte(), 0, 8).Draw(t, "to")),
			Reverse:   rapid.Bool().Draw(t, "reverse"),
		}
		whole, err := rules.Query(query)
		if err != nil {
			t.Fatal(err)
		}
		last := string(key.Draw(t, "last"))
		query.Cursor = rules.Next(query, last)
		rest, err := rules.Query(query)
		if err != nil {
			t.Fatal(err)
		}
		candidate := string(key.Draw(t, "candidate"))
		in := func(r rules.Range) bool { return r.From <= candidate && candidate < r.To }
		after := candidate > last
		if query.Reverse {
			after = candidate < last
		}
		if got, want := in(rest), in(whole) && after; got != want {
			t.Errorf("candidate %q after %q: got %v, want %v", candidate, last, got, want)
		}
		for _, other := range []table.Query{
			{Partition: query.Partition + "x", From: query.From, To: query.To, Reverse: query.Reverse},
			{Partition: query.Partition, From: query.From + "x", To: query.To, Reverse: query.Reverse},
			{Partition: query.Partition, From: query.From, To: query.To + "x", Reverse: query.Reverse},
			{Partition: query.Partition, From: query.From, To: query.To, Reverse: !query.Reverse},
		} {
			other.Cursor = query.Cursor
			if got, want := errs.CodeOf(queryError(other)), errs.Invalid; got != want {
				t.Errorf("in another query: got %q, want %q", got, want)
			}
		}
	})
}

func FuzzCursor(f *testing.F) {
	query := table.Query{Partition: "p", From: "a", To: "c"}
	f.Add(rules.Next(query, "b"))
	f.Fuzz(func(t *testing.T, cursor string) {
		query := query
		query.Cursor = cursor
		r, err := rules.Query(query)
		if err != nil {
			if got, want := errs.CodeOf(err), errs.Invalid; got != want {
				t.Errorf("got %q, want %q", got, want)
			}
			return
		}
		if r.From < query.From || r.To > query.To {
			t.Errorf("got %q to %q, want it within the query's bounds", r.From, r.To)
		}
	})
}

func TestAFingerprintTellsApartWhatIsAskedForAndNothingElse(t *testing.T) {
	item := table.Item{Key: table.Key{Partition: "ab", Sort: "c"}, Value: []byte("de"), Expires: now}
	base := rules.Fingerprint([]table.Write{table.Put(item, table.Absent())})
	same := item
	same.Version, same.Expires = 9, now.Add(time.Millisecond).In(time.FixedZone("elsewhere", 60))
	if got := rules.Fingerprint([]table.Write{table.Put(same, table.Absent())}); got != base {
		t.Error("version, zone or fraction of a second: got another print, want the same")
	}
	with := func(change func(*table.Item)) []table.Write {
		changed := item
		change(&changed)
		return []table.Write{table.Put(changed, table.Absent())}
	}
	seen := map[[32]byte]string{base: "the first"}
	for name, writes := range map[string][]table.Write{
		"partition to sort": with(func(i *table.Item) { i.Partition, i.Sort = "a", "bc" }),
		"sort to value":     with(func(i *table.Item) { i.Sort, i.Value = "cd", []byte("e") }),
		"another value":     with(func(i *table.Item) { i.Value = []byte("df") }),
		"another expiry":    with(func(i *table.Item) { i.Expires = now.Add(time.Second) }),
		"no expiry":         with(func(i *table.Item) { i.Expires = time.Time{} }),
		"version 1":         {table.Put(item, table.Version(1))},
		"version 2":         {table.Put(item, table.Version(2))},
		"version 0":         {table.Put(item, table.Version(0))},
		"delete":            {table.Delete(item.Key, table.Absent())},
		"delete any":        {table.Delete(item.Key, table.Any())},
		"check":             {table.Check(item.Key, table.Absent())},
		"twice":             {table.Put(item, table.Absent()), table.Put(item, table.Absent())},
		"nothing":           nil,
	} {
		fingerprint := rules.Fingerprint(writes)
		if other, clash := seen[fingerprint]; clash {
			t.Errorf("%s: got the print of %s", name, other)
		}
		seen[fingerprint] = name
	}
}
