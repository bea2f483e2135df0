// Package nag says where constructs depart from cdk-nag's rules, and why.
//
// Normal use, where the construct is made:
//
//	nag.Suppress(method, "AwsSolutions-APIG4", "The route is public: its callers have no token yet, or need none")
//
// It refuses nothing itself: the stack's tests fail on a finding that is not suppressed, and on a suppression of no finding.
package nag

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdklabs/cdk-nag-go/cdknag/v2"
)

// Suppress says of a construct, and all that is in it, why a rule does not hold for it.
func Suppress(construct constructs.IConstruct, id, reason string) {
	cdknag.NagSuppressions_AddResourceSuppressions(construct, &[]*cdknag.NagPackSuppression{Suppression(id, reason)}, jsii.Bool(true))
}

// Suppression is a rule and why it does not hold; appliesTo narrows it to some of its findings.
func Suppression(id, reason string, appliesTo ...any) *cdknag.NagPackSuppression {
	s := &cdknag.NagPackSuppression{Id: jsii.String(id), Reason: jsii.String(reason)}
	if appliesTo != nil {
		s.AppliesTo = &appliesTo
	}
	return s
}
