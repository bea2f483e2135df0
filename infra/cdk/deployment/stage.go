package deployment

import "github.com/customerai/customerai/shared/env"

// Protection is what differs between the stages. Whatever is not here is the same in all of them.
type Protection struct {
	Keep            bool // data outlives the stack, and the stack refuses to be deleted
	LogDays         int  // how long logs are kept
	AuditDays       int  // how long nobody can delete a checkpoint of the audit chain
	RecoveryDays    int  // how far back the table can be restored to, and how long overwritten objects are kept
	ReserveCapacity bool // functions that others depend on have concurrency of their own
}

// protections orders the stages from the strictest. TestProductionIsNeverWeaker holds the order.
var protections = map[env.Stage]Protection{
	env.Production:  {Keep: true, LogDays: 365, AuditDays: 2557, RecoveryDays: 35, ReserveCapacity: true},
	env.Staging:     {Keep: true, LogDays: 90, AuditDays: 90, RecoveryDays: 14, ReserveCapacity: true},
	env.Development: {Keep: false, LogDays: 30, AuditDays: 1, RecoveryDays: 7, ReserveCapacity: false}, // a new account has ten concurrent executions
}

// ProtectionOf returns the stage's protection.
func ProtectionOf(stage env.Stage) Protection { return protections[stage] }

// Weaker lists in what p protects less than q.
func (p Protection) Weaker(q Protection) (in []string) {
	if q.Keep && !p.Keep {
		in = append(in, "data does not outlive the stack")
	}
	if p.LogDays < q.LogDays {
		in = append(in, "logs are kept for fewer days")
	}
	if p.AuditDays < q.AuditDays {
		in = append(in, "checkpoints are locked for fewer days")
	}
	if p.RecoveryDays < q.RecoveryDays {
		in = append(in, "data can be recovered for fewer days")
	}
	if q.ReserveCapacity && !p.ReserveCapacity {
		in = append(in, "no capacity is reserved")
	}
	return in
}
