package deployment

import "github.com/customerai/customerai/infra/cdk/posture"

// Expected is what package posture holds the template to.
func (s Settings) Expected() posture.Expected {
	origins, _ := s.Origins() // Err refuses bad ones
	protection := ProtectionOf(s.Stage)
	return posture.Expected{
		Stack: s.Name(), Stage: s.Stage.String(), Functions: s.Functions, Origins: origins, Clients: s.Clients, LogLevel: s.LogLevel,
		RateLimit: s.RateLimit, BurstLimit: s.BurstLimit, ClientRateLimit: s.ClientRateLimit, ClientQuota: s.ClientQuota,
		Keep: protection.Keep, LogDays: protection.LogDays, AuditDays: protection.AuditDays, RecoveryDays: protection.RecoveryDays, ReserveCapacity: protection.ReserveCapacity,
	}
}
