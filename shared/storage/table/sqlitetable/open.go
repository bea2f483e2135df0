// Package sqlitetable is the table engine of a laptop: one SQLite file, pure Go, nothing to install.
//
// Normal use:
//
//	t, err := sqlitetable.Open(ctx, ".customerai/table.db", time.Now)
//	defer t.Close()
//
// One connection writes and a few read, each from a snapshot (WAL). A write that returned is on the disk: synchronous is
// FULL, because NORMAL would lose the last commits to a power cut, and with them a promise that a caller has acted on.
// A write waits for its turn as long as its context lasts; once begun it is not interrupted, so its outcome is known.
//
// Expired items and transaction tokens are removed a few at a time, by the writes that come after.
//
// It refuses a second process on the same file (errs.Conflict), a place it cannot write to (errs.Forbidden), and a file
// that is damaged or not its own (errs.Invalid).
package sqlitetable

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"modernc.org/sqlite" // registers the driver "sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/filelock"
)

// readers is how many queries run side by side. More gains nothing on a laptop, and each keeps a page cache.
const readers = 4

// applicationID marks the file as this table's, in SQLite's header: "CAIt".
const applicationID = 0x43414974

// schemaVersion changes with schema.
const schemaVersion = 1

// Keys are blobs because they may hold any bytes and order by them. The items keep a rowid, so that large values do not
// spread the tree that a search for a key walks through.
const schema = `
CREATE TABLE items (
	partition BLOB    NOT NULL,
	sort      BLOB    NOT NULL,
	value     BLOB    NOT NULL,
	version   INTEGER NOT NULL,
	expires   INTEGER NOT NULL, -- Unix seconds; 0 never
	PRIMARY KEY (partition, sort)
) STRICT;
CREATE INDEX items_expires ON items (expires) WHERE expires > 0;
CREATE TABLE tokens (
	token BLOB    NOT NULL PRIMARY KEY,
	print BLOB    NOT NULL,
	until INTEGER NOT NULL -- Unix nanoseconds
) STRICT, WITHOUT ROWID;
CREATE INDEX tokens_until ON tokens (until);`

// Table is a table.Table in a SQLite file. Make it with Open, and Close it.
type Table struct {
	now    func() time.Time
	lock   *filelock.Lock
	writer *sql.DB // one connection
	reader *sql.DB
	sql    statements
	writes int // since Open; guarded by the one writing connection
}

// Open opens the table in the file at path, which it makes with its folders when it is not there, for the owner alone.
func Open(ctx context.Context, path string, now func() time.Time) (*Table, error) {
	t, err := open(ctx, path, now, "FULL")
	if err != nil {
		return nil, fmt.Errorf("open table: %w", err)
	}
	return t, nil
}

func open(ctx context.Context, path string, now func() time.Time, synchronous string) (_ *Table, err error) {
	t := &Table{now: now}
	defer func() {
		if err != nil {
			err = errors.Join(err, t.Close())
		}
	}()
	if t.lock, err = filelock.Acquire(path + ".lock"); err != nil {
		return nil, err
	}
	if err := ownFile(path); err != nil {
		return nil, err
	}
	address, err := address(path)
	if err != nil {
		return nil, err
	}
	// What is deleted is overwritten: a destroyed key must not lie on in a free page.
	common := "?_pragma=secure_delete(1)&_pragma=busy_timeout(5000)&_pragma=synchronous(" + synchronous + ")"
	if t.writer, err = sql.Open("sqlite", address+common+"&_pragma=journal_mode(WAL)&_txlock=immediate"); err != nil {
		return nil, refusal(err)
	}
	t.writer.SetMaxOpenConns(1)
	if err := t.prepareFile(ctx); err != nil {
		return nil, refusal(err)
	}
	if t.reader, err = sql.Open("sqlite", address+common+"&_pragma=query_only(1)"); err != nil {
		return nil, refusal(err)
	}
	t.reader.SetMaxOpenConns(readers)
	t.reader.SetMaxIdleConns(readers)
	if err := t.sql.prepare(ctx, t.writer, t.reader); err != nil {
		return nil, refusal(err)
	}
	return t, nil
}

// Close ends the table and lets another process have the file.
func (t *Table) Close() error {
	var err error
	for _, db := range []*sql.DB{t.reader, t.writer} { // the last to close folds the log into the file
		if db != nil {
			err = errors.Join(err, db.Close())
		}
	}
	if t.lock != nil {
		err = errors.Join(err, t.lock.Close())
	}
	return err
}

// ownFile makes the file for its owner alone; SQLite gives its log and index the same mode.
func ownFile(path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // the path is the operator's
	if err == nil {
		err = errors.Join(file.Chmod(0o600), file.Close())
	}
	switch {
	case errors.Is(err, fs.ErrPermission):
		return errs.Wrap(errs.Forbidden, "the database file cannot be written to", err)
	case err != nil:
		return errs.Wrap(errs.Invalid, "the database file cannot be used", err)
	}
	return nil
}

// address returns path as a URI, so that no character of it is taken for an option.
func address(path string) (string, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return "", errs.Wrap(errs.Invalid, "the database file cannot be used", err)
	}
	slashed := "/" + strings.TrimPrefix(filepath.ToSlash(absolute), "/") // C:/ needs one, / has it
	return (&url.URL{Scheme: "file", Path: slashed}).String(), nil
}

// prepareFile refuses a file that cannot be trusted and lays the schema in a new one.
func (t *Table) prepareFile(ctx context.Context) error {
	var verdict string
	if err := t.writer.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&verdict); err != nil {
		return err
	}
	if verdict != "ok" {
		return errs.Wrap(errs.Invalid, "the database file is damaged", errors.New(verdict))
	}
	var application, version, tables int
	err := t.writer.QueryRowContext(ctx, `SELECT a.application_id, v.user_version, (SELECT count(*) FROM sqlite_schema)
		FROM pragma_application_id AS a, pragma_user_version AS v`).Scan(&application, &version, &tables)
	switch {
	case err != nil:
		return err
	case tables == 0 && application == 0:
		_, err := t.writer.ExecContext(ctx, fmt.Sprintf("BEGIN IMMEDIATE; %s PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT",
			schema, applicationID, schemaVersion))
		return err
	case application != applicationID:
		return errs.New(errs.Invalid, "the database file is another program's")
	case version != schemaVersion:
		return errs.New(errs.Invalid, "the database file is of another version of this program")
	}
	return nil
}

// refusal gives an error of opening its code: what it says about the place or the file.
func refusal(err error) error {
	switch resultCode(err) {
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return errs.Wrap(errs.Invalid, "the database file is damaged", err)
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN:
		return errs.Wrap(errs.Forbidden, "the database file cannot be written to", err)
	}
	return explain(err)
}

// explain gives an error of a call its code. Damage that shows only now is nothing that the caller could have avoided.
func explain(err error) error {
	_, coded := errors.AsType[*errs.Error](err)
	switch {
	case coded, errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case resultCode(err) == sqlite3.SQLITE_CORRUPT:
		return errs.Wrap(errs.Internal, "the database file is damaged", err)
	}
	return errs.Wrap(errs.Unavailable, "the table did not answer", err)
}

// resultCode returns SQLite's primary result code, or 0.
func resultCode(err error) int {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code() & 0xff // what is above is detail
	}
	return 0
}
