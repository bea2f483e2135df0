package posture

import "github.com/customerai/customerai/infra/cdk/template"

// firewall: one address may not use up what all share; AWS's rules hold, except where the body is what customers wrote.
func (c *checker) firewall() {
	visible := func(name string) shape {
		return shape{"MetricName": name, "CloudWatchMetricsEnabled": true, "SampledRequestsEnabled": false}
	}
	managed := func(priority float64, name string, counted ...string) shape {
		group := shape{"VendorName": "AWS", "Name": name}
		var overrides list
		for _, rule := range counted {
			overrides = append(overrides, shape{"Name": rule, "ActionToUse": shape{"Count": shape{}}})
		}
		if overrides != nil {
			group["RuleActionOverrides"] = overrides
		}
		return shape{
			"Name": name, "Priority": priority, "OverrideAction": shape{"None": shape{}}, "VisibilityConfig": visible(name),
			"Statement": shape{"ManagedRuleGroupStatement": group},
		}
	}
	c.Exactly("AWS::WAFv2::WebACL", template.ByName, map[string]shape{"Firewall": {
		"Scope": "REGIONAL", "DefaultAction": shape{"Allow": shape{}}, "VisibilityConfig": visible("api"),
		"Rules": list{
			shape{
				"Name": "rate-per-address", "Priority": 0.0, "Action": shape{"Block": shape{}}, "VisibilityConfig": visible("rate-per-address"),
				"Statement": shape{"RateBasedStatement": shape{
					"AggregateKeyType": "IP", "EvaluationWindowSec": 300.0, "Limit": float64(max(100, 60*c.RateLimit)),
				}},
			},
			managed(1, "AWSManagedRulesCommonRuleSet",
				"SizeRestrictions_BODY", "CrossSiteScripting_BODY", "GenericLFI_BODY", "GenericRFI_BODY", "EC2MetaDataSSRF_BODY"),
			managed(2, "AWSManagedRulesKnownBadInputsRuleSet", "JavaDeserializationRCE_BODY", "Log4JRCE_BODY"),
			managed(3, "AWSManagedRulesAmazonIpReputationList"),
		},
	}})
	c.Exactly("AWS::WAFv2::WebACLAssociation", template.ByName, map[string]shape{"FirewallAssociation": {
		"WebACLArn":   "${Firewall.Arn}",
		"ResourceArn": "arn:${AWS::Partition}:apigateway:${AWS::Region}::/restapis/${Api}/stages/${" + c.stage() + "}",
	}})
	c.Exactly("AWS::WAFv2::LoggingConfiguration", template.ByName, map[string]shape{"FirewallLogging": {
		"ResourceArn":           "${Firewall.Arn}",
		"LogDestinationConfigs": strs("arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${FirewallLogGroup}"),
		"RedactedFields":        list{shape{"SingleHeader": shape{"Name": "authorization"}}},
	}})
}
