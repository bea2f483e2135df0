package sqlitetable

import (
	"context"
	"database/sql"
)

// statements are prepared once. Those of the writer come first.
type statements struct {
	version, put, delete         *sql.Stmt
	findToken, addToken          *sql.Stmt
	sweepItems, sweepTokens      *sql.Stmt
	get, queryForward, queryBack *sql.Stmt
}

// live is what a reader sees; its parameter is the time in Unix seconds.
const live = " AND (expires = 0 OR expires > ?) "

// sweepLimit is how many expired rows of each kind one sweep removes. It is more than sweepEvery, so that the sweeps
// keep up with the writes that made the rows.
const sweepLimit = 512

func (s *statements) prepare(ctx context.Context, writer, reader *sql.DB) error {
	const query = "SELECT sort, value, version, expires FROM items WHERE partition = ? AND sort >= ? AND sort < ?" + live + "ORDER BY sort "
	for _, p := range []struct {
		into **sql.Stmt
		db   *sql.DB
		text string
	}{
		{&s.version, writer, "SELECT version FROM items WHERE partition = ? AND sort = ?" + live},
		{&s.put, writer, `INSERT INTO items (partition, sort, value, version, expires) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET value = excluded.value, version = excluded.version, expires = excluded.expires`},
		{&s.delete, writer, "DELETE FROM items WHERE partition = ? AND sort = ?"},
		{&s.findToken, writer, "SELECT print FROM tokens WHERE token = ? AND until > ?"},
		{&s.addToken, writer, "INSERT OR REPLACE INTO tokens (token, print, until) VALUES (?, ?, ?)"},
		{&s.sweepItems, writer, "DELETE FROM items WHERE rowid IN (SELECT rowid FROM items WHERE expires > 0 AND expires <= ? LIMIT ?)"},
		{&s.sweepTokens, writer, "DELETE FROM tokens WHERE token IN (SELECT token FROM tokens WHERE until <= ? LIMIT ?)"},
		{&s.get, reader, "SELECT value, version, expires FROM items WHERE partition = ? AND sort = ?" + live},
		{&s.queryForward, reader, query + "LIMIT ?"},
		{&s.queryBack, reader, query + "DESC LIMIT ?"},
	} {
		var err error
		if *p.into, err = p.db.PrepareContext(ctx, p.text); err != nil { //nolint:sqlclosecheck // closed with its database
			return err
		}
	}
	return nil
}
