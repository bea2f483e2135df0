package sqlitetable

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table"
)

// made makes a table of 300 items of a kilobyte, closes it and returns its path.
func made(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "table.db")
	tb, err := Open(t.Context(), path, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	for part := range 3 {
		var writes []table.Write
		for i := range table.MaxTransaction {
			writes = append(writes, table.Put(item(part*table.MaxTransaction+i, 1000), table.Absent()))
		}
		if err := tb.Transact(t.Context(), strconv.Itoa(part), writes); err != nil {
			t.Fatal(err)
		}
	}
	if err := tb.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func change(t *testing.T, path string, how func(content []byte) []byte) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, how(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestItemsAndTokensOutliveTheProcess(t *testing.T) {
	path := made(t)
	tb := mustOpen(t, path, time.Now, "FULL")
	for i := range 3 * table.MaxTransaction {
		got, err := tb.Get(t.Context(), item(i, 0).Key)
		if err != nil || len(got.Value) != 1000 || got.Version != 1 {
			t.Fatalf("item %d: got %d bytes at version %d (%v)", i, len(got.Value), got.Version, err)
		}
	}
	err := tb.Transact(t.Context(), "0", []table.Write{table.Put(item(999, 1), table.Absent())})
	if got, want := errs.CodeOf(err), errs.Conflict; got != want {
		t.Errorf("a token of before with other writes: got %q, want %q", got, want)
	}
}

func TestASecondProcessIsToldThatTheFileIsInUse(t *testing.T) {
	path := made(t)
	first, err := Open(t.Context(), path, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	_, err = Open(t.Context(), path, time.Now)
	if got, want := errs.CodeOf(err), errs.Conflict; got != want {
		t.Errorf("got %q (%v), want %q", got, err, want)
	}
	if got, want := errs.Public(err).Message, "another process uses this data folder"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	mustOpen(t, path, time.Now, "FULL")
}

func TestEveryFileIsTheOwnersAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "folder")
	path := filepath.Join(dir, "table.db")
	tb := mustOpen(t, path, time.Now, "FULL")
	if err := tb.Put(t.Context(), item(1, 1), table.Absent()); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]fs.FileMode{
		dir: fs.ModeDir | 0o700, path: 0o600, path + "-wal": 0o600, path + "-shm": 0o600, path + ".lock": 0o600,
	} {
		stat, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := stat.Mode(); got != want {
			t.Errorf("%s: got %v, want %v", filepath.Base(name), got, want)
		}
	}
}

func TestAPathMayHoldAnyCharacter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "what? 100% #1&_pragma=x", "größe;table.db")
	tb := mustOpen(t, path, time.Now, "FULL")
	if err := tb.Put(t.Context(), item(1, 1), table.Absent()); err != nil {
		t.Fatal(err)
	}
	if stat, err := os.Stat(path); err != nil || stat.Size() == 0 {
		t.Errorf("got %v, want the database under its own name", err)
	}
}

func TestADamagedFileIsRefusedAndLeftAsItIs(t *testing.T) {
	for name, damage := range map[string]func([]byte) []byte{
		"text instead":     func([]byte) []byte { return []byte("this is no database, though it is long enough for a header") },
		"zeros instead":    func(c []byte) []byte { return make([]byte, len(c)) },
		"header gone":      func(c []byte) []byte { copy(c, make([]byte, 100)); return c },
		"second half lost": func(c []byte) []byte { return c[:len(c)/2] },
		"cut in a header":  func(c []byte) []byte { return c[:50] },
		"a page zeroed":    func(c []byte) []byte { copy(c[len(c)/2/4096*4096:], make([]byte, 4096)); return c },
		"a page garbled":   func(c []byte) []byte { copy(c[4096:], bytes.Repeat([]byte{0xa5}, 4096)); return c },
	} {
		t.Run(name, func(t *testing.T) {
			path := made(t)
			change(t, path, damage)
			before, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			_, err = Open(t.Context(), path, time.Now)
			if got, want := errs.CodeOf(err), errs.Invalid; got != want {
				t.Errorf("got %q (%v), want %q", got, err, want)
			}
			if got, want := errs.Public(err).Message, "the database file is damaged"; got != want {
				t.Errorf("got %q, want %q", got, want)
			}
			after, err := os.ReadFile(path)
			if err != nil || !bytes.Equal(before, after) {
				t.Errorf("the file has changed (%v), want it left to whoever can mend it", err)
			}
		})
	}
}

func TestDamageThatShowsLaterIsInternal(t *testing.T) {
	path := made(t)
	tb := mustOpen(t, path, time.Now, "FULL")
	change(t, path, func(c []byte) []byte { copy(c[4096:], make([]byte, len(c)-4096)); return c })
	_, err := table.All(t.Context(), tb, table.Query{Partition: "main#3"})
	if got, want := errs.CodeOf(err), errs.Internal; got != want {
		t.Errorf("got %q (%v), want %q", got, err, want)
	}
}

func TestAnotherFileThanThisVersionsIsRefused(t *testing.T) {
	for name, c := range map[string]struct{ sql, want string }{
		"another program's":   {"PRAGMA application_id = 7", "the database file is another program's"},
		"nobody's":            {"PRAGMA application_id = 0", "the database file is another program's"},
		"of a newer version":  {"PRAGMA user_version = 2", "the database file is of another version of this program"},
		"of an older version": {"PRAGMA user_version = 0", "the database file is of another version of this program"},
	} {
		t.Run(name, func(t *testing.T) {
			path := made(t)
			db, err := sql.Open("sqlite", path)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := db.ExecContext(t.Context(), c.sql); err != nil {
				t.Fatal(err)
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			_, err = Open(t.Context(), path, time.Now)
			if got := errs.Public(err); got.Code != errs.Invalid || got.Message != c.want {
				t.Errorf("got %q %q, want %q %q", got.Code, got.Message, errs.Invalid, c.want)
			}
		})
	}
}

func TestPlacesThatCannotHoldATable(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	sealed := filepath.Join(dir, "sealed")
	if err := os.Mkdir(sealed, 0o500); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		path     string
		rootSkip bool
		want     errs.Code
	}{
		"a folder":              {dir, false, errs.Invalid},
		"below a file":          {filepath.Join(file, "table.db"), false, errs.Invalid},
		"in a read-only folder": {filepath.Join(sealed, "table.db"), true, errs.Forbidden},
	} {
		t.Run(name, func(t *testing.T) {
			if c.rootSkip && os.Geteuid() == 0 {
				t.Skip("the superuser may write anywhere")
			}
			_, err := Open(t.Context(), c.path, time.Now)
			if got := errs.CodeOf(err); got != c.want {
				t.Errorf("got %q (%v), want %q", got, err, c.want)
			}
		})
	}
}

func TestAClosedTableIsUnavailable(t *testing.T) {
	tb, err := Open(t.Context(), filepath.Join(t.TempDir(), "table.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	if err := tb.Close(); err != nil {
		t.Fatal(err)
	}
	_, got := tb.Get(t.Context(), item(1, 0).Key)
	_, queried := tb.Query(t.Context(), table.Query{Partition: "p"})
	for name, err := range map[string]error{
		"get": got, "query": queried, "put": tb.Put(t.Context(), item(1, 0), table.Absent()),
	} {
		if got, want := errs.CodeOf(err), errs.Unavailable; got != want {
			t.Errorf("%s: got %q (%v), want %q", name, got, err, want)
		}
	}
}

func TestAWriteWaitsNoLongerThanItsContext(t *testing.T) {
	tb := mustOpen(t, filepath.Join(t.TempDir(), "table.db"), time.Now, "FULL")
	busy, err := tb.writer.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if err := tb.Put(ctx, item(1, 1), table.Absent()); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want the context's error", err)
	}
	if err := busy.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := tb.Get(t.Context(), item(1, 0).Key); !errs.Is(err, errs.NotFound) {
		t.Errorf("got %v, want the item not written", err)
	}
}
