package subjects

import (
	"strings"
	"time"

	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/trust/vault"
)

// Everything that is held of a person lies in one partition, whose name is a keyed pseudonym.
func subjectPartition(s vault.Subject) string { return s.Tenant + "#subject#" + s.Name }

const (
	conversationPrefix = "conversation#"
	holdSort           = "hold"
)

func holdKey(s vault.Subject) table.Key {
	return table.Key{Partition: subjectPartition(s), Sort: holdSort}
}

// Those who are held have a note in one place, too, so that it can be seen whether there is any.
func holdNote(s vault.Subject) table.Key {
	return table.Key{Partition: holdsPartition(s.Tenant), Sort: s.Name}
}

func holdsPartition(tenant string) string { return tenant + "#holds" }

// An erasure is pending until the key is destroyed and nothing is left. That it was is in the audit chain.
func erasuresPartition(tenant string) string { return tenant + "#erasures" }

func pendingKey(s vault.Subject) table.Key {
	return table.Key{Partition: erasuresPartition(s.Tenant), Sort: s.Name}
}

const day = 24 * time.Hour

// due is a reminder that something may be kept until a day and no longer: an item beside it, written with it. Reminders
// of a tenant order by their day.
type due struct {
	until   time.Time
	subject vault.Subject
	sort    string
}

const dateForm = "2006-01-02"

func duePartition(tenant string) string { return tenant + "#retention" }

func (d due) key() table.Key {
	return table.Key{Partition: duePartition(d.subject.Tenant), Sort: d.until.UTC().Format(dateForm) + "#" + d.subject.Name + "#" + d.sort}
}

func (d due) target() table.Key {
	return table.Key{Partition: subjectPartition(d.subject), Sort: d.sort}
}

// parseDue reads a reminder's key.
func parseDue(tenant, sort string) (due, bool) {
	date, rest, _ := strings.Cut(sort, "#")
	name, target, ok := strings.Cut(rest, "#")
	until, err := time.Parse(dateForm, date)
	return due{until: until, subject: vault.Subject{Tenant: tenant, Name: name}, sort: target}, ok && err == nil
}

// endOf is the day, in UTC, from which something kept at now for a while is kept no longer: the first midnight after it.
func endOf(now time.Time, kept time.Duration) time.Time {
	return now.UTC().Add(kept).Truncate(day).Add(day)
}
