package sqlitetable

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/storage/table/rules"
)

// sweepEvery is how many writes go by between two sweeps.
const sweepEvery = 256

// Put implements table.Table.
func (t *Table) Put(ctx context.Context, item table.Item, condition table.Condition) error {
	if err := rules.Put(item, condition); err != nil {
		return err
	}
	return t.write(ctx, "put item", func(tx transaction) error { return tx.apply(table.Put(item, condition)) })
}

// Delete implements table.Table.
func (t *Table) Delete(ctx context.Context, key table.Key, condition table.Condition) error {
	if err := rules.Delete(key, condition); err != nil {
		return err
	}
	return t.write(ctx, "delete item", func(tx transaction) error { return tx.apply(table.Delete(key, condition)) })
}

// Transact implements table.Table.
func (t *Table) Transact(ctx context.Context, token string, writes []table.Write) error {
	if err := rules.Transact(token, writes); err != nil {
		return err
	}
	return t.write(ctx, "transact", func(tx transaction) error { return tx.once(token, writes) })
}

// transaction is a SQLite transaction that has the write lock.
type transaction struct {
	*sql.Tx
	ctx context.Context // a transaction is one call's
	sql *statements
	now time.Time
}

// write makes all that do writes, or nothing when it returns an error.
func (t *Table) write(ctx context.Context, step string, do func(transaction) error) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("%s: %w", step, explain(err))
		}
	}()
	conn, err := t.writer.Conn(ctx) // waits for the other writers
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	// From here on the context does not count: interrupting a commit would leave its outcome unknown.
	ctx = context.WithoutCancel(ctx)
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	now := t.now()
	if err := do(transaction{tx, ctx, &t.sql, now}); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	if t.writes++; t.writes%sweepEvery == 0 {
		if err := (transaction{tx, ctx, &t.sql, now}).sweep(); err != nil {
			return errors.Join(err, tx.Rollback())
		}
	}
	return tx.Commit()
}

// once applies the writes unless the token says that they were.
func (tx transaction) once(token string, writes []table.Write) error {
	fingerprint := rules.Fingerprint(writes)
	var first []byte
	err := tx.stmt(tx.sql.findToken).QueryRowContext(tx.ctx, []byte(token), tx.now.UnixNano()).Scan(&first) //nolint:sqlclosecheck // closed with the transaction
	switch {
	case err == nil && bytes.Equal(first, fingerprint[:]):
		return nil
	case err == nil:
		return errs.New(errs.Conflict, "the transaction token was used for other writes")
	case !errors.Is(err, sql.ErrNoRows):
		return err
	}
	for _, w := range writes { // each names another key, so that none sees what one before it wrote
		if err := tx.apply(w); err != nil {
			return err
		}
	}
	return tx.exec(tx.sql.addToken, []byte(token), fingerprint[:], tx.now.Add(table.TokenLifetime).UnixNano())
}

// apply makes one write if its condition holds.
func (tx transaction) apply(w table.Write) error {
	partition, sort := []byte(w.Item.Partition), []byte(w.Item.Sort)
	var version int64
	err := tx.stmt(tx.sql.version).QueryRowContext(tx.ctx, partition, sort, tx.now.Unix()).Scan(&version) //nolint:sqlclosecheck // as above
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if !w.Condition.Holds(version) {
		return errs.New(errs.Conflict, "the condition does not hold")
	}
	switch w.Op {
	case table.PutOp:
		value := append([]byte{}, w.Item.Value...) // nil would be NULL
		return tx.exec(tx.sql.put, partition, sort, value, version+1, rules.Seconds(w.Item.Expires))
	case table.DeleteOp:
		return tx.exec(tx.sql.delete, partition, sort)
	case table.CheckOp:
	}
	return nil
}

// sweep removes some of what has expired.
func (tx transaction) sweep() error {
	return errors.Join(
		tx.exec(tx.sql.sweepItems, tx.now.Unix(), sweepLimit),
		tx.exec(tx.sql.sweepTokens, tx.now.UnixNano(), sweepLimit),
	)
}

func (tx transaction) exec(statement *sql.Stmt, args ...any) error {
	_, err := tx.stmt(statement).ExecContext(tx.ctx, args...) //nolint:sqlclosecheck // as above
	return err
}

// stmt returns a prepared statement within the transaction, which closes it.
func (tx transaction) stmt(statement *sql.Stmt) *sql.Stmt {
	return tx.StmtContext(tx.ctx, statement)
}
