package secrets

import (
	"time"

	"github.com/go-json-experiment/json"
	"github.com/tink-crypto/tink-go/v2/keyset"
)

// Schedule is ROTATION: until Effective, the key of that id makes instead of its keyset's primary. It is optional because
// a fresh document has no keys of before.
type Schedule struct {
	Effective time.Time         `json:"effective"`
	Until     map[string]uint32 `json:"until"` // key ids, by setting
}

// Schedule returns the document's schedule, and whether there is a usable one.
func (d Document) Schedule() (Schedule, bool) {
	var s Schedule
	err := json.Unmarshal(d[Rotation], &s)
	return s, err == nil && !s.Effective.IsZero()
}

// openSchedule makes the set that is in force before the rotation takes effect, or says what is wrong. A key that is no
// longer there is no problem: somebody has replaced the keyset by hand, and then the new one holds at once.
func (d Document) openSchedule(set *Set, handles map[string]*keyset.Handle) string {
	if _, found := d[Rotation]; !found {
		return ""
	}
	schedule, usable := d.Schedule()
	if !usable {
		return "is malformed: it must say when the rotation takes effect, and which keys make until then"
	}
	before := *set
	for _, name := range []string{JWTSecretKey, EncryptionKey} {
		id, named := schedule.Until[name]
		handle := handles[name] // nil: a problem of the keyset, and told as one
		if !named || handle == nil {
			continue
		}
		manager := keyset.NewManagerFromHandle(handle)
		if manager.SetPrimary(id) != nil { // it is not there, or not enabled
			continue
		}
		if handle, err := manager.Handle(); err != nil || before.use(name, handle) != nil {
			return "names a key that cannot be used"
		}
	}
	set.before, set.effective = &before, schedule.Effective
	return ""
}
