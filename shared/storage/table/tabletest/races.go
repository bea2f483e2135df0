package tabletest

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table"
)

const writers = 8

// race runs a write in many goroutines at once, and returns how many won. Whoever did not must have met a conflict.
func race(t *testing.T, write func(n int) error) int {
	t.Helper()
	var start, done sync.WaitGroup
	start.Add(writers)
	var won atomic.Int32
	for n := range writers {
		done.Go(func() {
			start.Done()
			start.Wait()
			switch err := write(n); {
			case err == nil:
				won.Add(1)
			case !errs.Is(err, errs.Conflict):
				t.Errorf("writer %d: got %v, want success or a conflict", n, err)
			}
		})
	}
	done.Wait()
	return int(won.Load())
}

var raceCases = map[string]func(*testing.T, table.Table, *clock){
	"of many writers of an absent item exactly one wins": func(t *testing.T, tb table.Table, _ *clock) {
		for round := range 10 {
			sort := strconv.Itoa(round)
			won := race(t, func(n int) error { return tb.Put(t.Context(), at(sort, strconv.Itoa(n)), table.Absent()) })
			if want := 1; won != want {
				t.Errorf("got %d winners, want %d", won, want)
			}
		}
	},
	"of many writers of a version exactly one wins": func(t *testing.T, tb table.Table, _ *clock) {
		put(t, tb, at("s", ""))
		for version := int64(1); version <= 10; version++ {
			won := race(t, func(n int) error { return tb.Put(t.Context(), at("s", strconv.Itoa(n)), table.Version(version)) })
			if want := 1; won != want {
				t.Errorf("got %d winners, want %d", won, want)
			}
		}
	},
	"of many deletes of a version exactly one wins": func(t *testing.T, tb table.Table, _ *clock) {
		put(t, tb, at("s", ""))
		if got, want := race(t, func(int) error { return tb.Delete(t.Context(), key("s"), table.Version(1)) }), 1; got != want {
			t.Errorf("got %d winners, want %d", got, want)
		}
	},
	"the same transaction many times at once is made once": func(t *testing.T, tb table.Table, _ *clock) {
		put(t, tb, at("s", "old"))
		won := race(t, func(int) error {
			return tb.Transact(t.Context(), "token", []table.Write{table.Put(at("s", "new"), table.Version(1))})
		})
		if want := writers; won != want {
			t.Errorf("got %d successes, want %d", won, want)
		}
		wantItem(t, tb, key("s"), "new", 2)
	},
	"counting by versions loses nothing": func(t *testing.T, tb table.Table, _ *clock) {
		// Whoever conflicts was overtaken by a put that counted, and there are only so many of those.
		const each, mostConflicts = 5, 4 * writers * 5
		put(t, tb, table.Item{Key: key("s"), Value: make([]byte, 8)})
		race(t, func(int) error {
			for done, conflicts := 0, 0; done < each; {
				item, err := tb.Get(t.Context(), key("s"))
				if err != nil {
					return err
				}
				next := binary.BigEndian.AppendUint64(nil, binary.BigEndian.Uint64(item.Value)+1)
				switch err := tb.Put(t.Context(), item.With(next), table.Version(item.Version)); {
				case err == nil:
					done++
				case !errs.Is(err, errs.Conflict):
					return err
				default:
					if conflicts++; conflicts > mostConflicts {
						return errors.New("the version that was read never holds")
					}
				}
			}
			return nil
		})
		item := get(t, tb, key("s"))
		if got, want := binary.BigEndian.Uint64(item.Value), uint64(writers*each); got != want || item.Version != int64(want)+1 {
			t.Errorf("got a count of %d at version %d, want %d", got, item.Version, want)
		}
	},
	"a query sees a transaction whole or not at all": func(t *testing.T, tb table.Table, _ *clock) {
		put(t, tb, at("a", "0"), at("b", "0"))
		var writing sync.WaitGroup
		writing.Go(func() {
			for version := int64(1); version <= 20; version++ {
				value := strconv.FormatInt(version, 10)
				err := tb.Transact(t.Context(), value, []table.Write{
					table.Put(at("a", value), table.Version(version)), table.Put(at("b", value), table.Version(version)),
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
		for range 50 {
			items := all(t, tb, table.Query{Partition: "p"})
			if len(items) != 2 || !bytes.Equal(items[0].Value, items[1].Value) {
				t.Errorf("got half a transaction: %q and %q", items[0].Value, items[1].Value)
			}
		}
		writing.Wait()
	},
}
