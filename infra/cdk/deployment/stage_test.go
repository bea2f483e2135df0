package deployment_test

import (
	"testing"

	"github.com/customerai/customerai/infra/cdk/deployment"
	"github.com/customerai/customerai/shared/env"
)

func TestProductionIsNeverWeaker(t *testing.T) {
	order := []env.Stage{env.Production, env.Staging, env.Development}
	for i, stricter := range order {
		for _, looser := range order[i+1:] {
			if in := deployment.ProtectionOf(stricter).Weaker(deployment.ProtectionOf(looser)); in != nil {
				t.Errorf("%s is weaker than %s: %q", stricter, looser, in)
			}
			if in := deployment.ProtectionOf(looser).Weaker(deployment.ProtectionOf(stricter)); in == nil {
				t.Errorf("%s is as strict as %s: why two stages?", looser, stricter)
			}
		}
	}
}

func TestEveryWayOfBeingWeakerIsNamed(t *testing.T) {
	strict := deployment.Protection{Keep: true, LogDays: 2, RecoveryDays: 2, ReserveCapacity: true}
	for name, change := range map[string]func(*deployment.Protection){
		"data does not outlive the stack":      func(p *deployment.Protection) { p.Keep = false },
		"logs are kept for fewer days":         func(p *deployment.Protection) { p.LogDays = 1 },
		"data can be recovered for fewer days": func(p *deployment.Protection) { p.RecoveryDays = 1 },
		"no capacity is reserved":              func(p *deployment.Protection) { p.ReserveCapacity = false },
	} {
		weak := strict
		change(&weak)
		if got := weak.Weaker(strict); len(got) != 1 || got[0] != name {
			t.Errorf("Weaker = %q, want %q", got, name)
		}
		if got := strict.Weaker(weak); got != nil {
			t.Errorf("the stricter one is weaker in %q", got)
		}
	}
}
