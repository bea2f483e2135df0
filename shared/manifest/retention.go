package manifest

// Retention is how long a kind of data is kept: a setting, and what holds where nobody sets it.
type Retention struct {
	Setting string
	Days    int
	What    string
}

// How long things are kept, in days, where nobody says otherwise.
const (
	OriginalsDays    = 30
	ResultsDays      = 365
	AuditDays        = 2557 // seven years
	MaxRetentionDays = 3650 // more than anybody has asked for
	DeadLetterDays   = 14   // as long as SQS keeps anything
)

// The kinds of data that come to their end by themselves. A legal hold on a person beats the end of originals.
var (
	KeepOriginals = Retention{"RETENTION_ORIGINALS_DAYS", OriginalsDays, "what customers wrote: uploaded files that could not be analysed, and what stands behind pseudonyms"}
	KeepAudit     = Retention{"RETENTION_AUDIT_DAYS", AuditDays, "audit records, unless a legal hold is on anybody of the tenant; their checkpoints stay"}
	KeepResults   = Retention{"RETENTION_RESULTS_DAYS", ResultsDays, "anonymised results, and what is counted of them"}
)
