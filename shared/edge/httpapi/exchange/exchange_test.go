package exchange_test

import (
	"testing"

	"github.com/customerai/customerai/shared/edge/httpapi/exchange"
)

func TestWhatOneLinkLearnsTheOthersSee(t *testing.T) {
	ctx := exchange.With(t.Context(), &exchange.Exchange{ID: "request-1"})
	exchange.From(ctx).Tenant = "main"
	if got := exchange.From(ctx); got.ID != "request-1" || got.Tenant != "main" {
		t.Errorf("got %+v, want the id and the tenant", got)
	}
}

func TestOutsideOfTheChainNothingIsKnownAndNothingKept(t *testing.T) {
	exchange.From(t.Context()).Tenant = "main"
	if got := exchange.From(t.Context()); got.ID != "" || got.Tenant != "" {
		t.Errorf("got %+v, want an empty exchange", got)
	}
}
