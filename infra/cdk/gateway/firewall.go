package gateway

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awswafv2"
	"github.com/aws/jsii-runtime-go"
)

// requestsPerAddress is how many requests one address may send in five minutes. It is the limit of the stage for a minute:
// an office behind one address is let in, one machine that uses up what all clients share is not.
func (g *gateway) requestsPerAddress() int { return max(100, 60*g.RateLimit) }

// Some of AWS's rules look for attacks in the body. Here the body is what customers wrote: it is larger than 8 KB, holds
// links and quotes what attackers send, and no function does anything with it but read it. These rules only count.
var (
	bodyRules         = []string{"SizeRestrictions_BODY", "CrossSiteScripting_BODY", "GenericLFI_BODY", "GenericRFI_BODY", "EC2MetaDataSSRF_BODY"}
	badInputBodyRules = []string{"JavaDeserializationRCE_BODY", "Log4JRCE_BODY"}
)

func (g *gateway) addFirewall() {
	firewall := awswafv2.NewCfnWebACL(g.stack, jsii.String("Firewall"), &awswafv2.CfnWebACLProps{
		Name: g.named("api"), Scope: jsii.String("REGIONAL"), VisibilityConfig: visible("api"),
		DefaultAction: &awswafv2.CfnWebACL_DefaultActionProperty{Allow: &awswafv2.CfnWebACL_AllowActionProperty{}},
		Rules: []any{
			&awswafv2.CfnWebACL_RuleProperty{
				Name: jsii.String("rate-per-address"), Priority: jsii.Number(0), VisibilityConfig: visible("rate-per-address"),
				Action: &awswafv2.CfnWebACL_RuleActionProperty{Block: &awswafv2.CfnWebACL_BlockActionProperty{}},
				Statement: &awswafv2.CfnWebACL_StatementProperty{RateBasedStatement: &awswafv2.CfnWebACL_RateBasedStatementProperty{
					Limit: jsii.Number(g.requestsPerAddress()), AggregateKeyType: jsii.String("IP"), EvaluationWindowSec: jsii.Number(300),
				}},
			},
			managed(1, "AWSManagedRulesCommonRuleSet", bodyRules...),
			managed(2, "AWSManagedRulesKnownBadInputsRuleSet", badInputBodyRules...),
			managed(3, "AWSManagedRulesAmazonIpReputationList"),
		},
	})
	awswafv2.NewCfnWebACLAssociation(g.stack, jsii.String("FirewallAssociation"), &awswafv2.CfnWebACLAssociationProps{
		ResourceArn: g.rest.DeploymentStage().StageArn(), WebAclArn: firewall.AttrArn(),
	})
	// WAF accepts a log group only if its name begins like this.
	logs := g.LogGroup("FirewallLogGroup", jsii.String("aws-waf-logs-"+g.Name()))
	awswafv2.NewCfnLoggingConfiguration(g.stack, jsii.String("FirewallLogging"), &awswafv2.CfnLoggingConfigurationProps{
		ResourceArn: firewall.AttrArn(), LogDestinationConfigs: &[]any{g.stack.FormatArn(&awscdk.ArnComponents{
			Service: jsii.String("logs"), Resource: jsii.String("log-group"), ResourceName: logs.LogGroupName(), ArnFormat: awscdk.ArnFormat_COLON_RESOURCE_NAME,
		})},
		RedactedFields: []any{&awswafv2.CfnLoggingConfiguration_FieldToMatchProperty{
			SingleHeader: map[string]any{"Name": "authorization"},
		}},
	})
}

// managed is a group of AWS's own rules, of which some only count.
func managed(priority int, name string, counted ...string) *awswafv2.CfnWebACL_RuleProperty {
	var overrides []any
	for _, rule := range counted {
		overrides = append(overrides, &awswafv2.CfnWebACL_RuleActionOverrideProperty{
			Name: jsii.String(rule), ActionToUse: &awswafv2.CfnWebACL_RuleActionProperty{Count: &awswafv2.CfnWebACL_CountActionProperty{}},
		})
	}
	group := &awswafv2.CfnWebACL_ManagedRuleGroupStatementProperty{VendorName: jsii.String("AWS"), Name: jsii.String(name)}
	if overrides != nil {
		group.RuleActionOverrides = overrides
	}
	return &awswafv2.CfnWebACL_RuleProperty{
		Name: jsii.String(name), Priority: jsii.Number(priority), VisibilityConfig: visible(name),
		OverrideAction: &awswafv2.CfnWebACL_OverrideActionProperty{None: map[string]any{}},
		Statement:      &awswafv2.CfnWebACL_StatementProperty{ManagedRuleGroupStatement: group},
	}
}

func visible(name string) *awswafv2.CfnWebACL_VisibilityConfigProperty {
	return &awswafv2.CfnWebACL_VisibilityConfigProperty{
		MetricName: jsii.String(name), CloudWatchMetricsEnabled: jsii.Bool(true),
		SampledRequestsEnabled: jsii.Bool(false), // samples show whole requests, tokens included
	}
}
