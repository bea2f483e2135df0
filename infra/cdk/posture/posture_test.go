package posture

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestCloudFormationsFunctionsBecomeText(t *testing.T) {
	ref := func(id string) any { return map[string]any{"Ref": id} }
	att := func(id, name string) any { return map[string]any{"Fn::GetAtt": list{id, name}} }
	for name, test := range map[string]struct{ value, want any }{
		"a reference":            {ref("TableCD117FA1"), "${Table}"},
		"a pseudo parameter":     {ref("AWS::AccountId"), "${AWS::AccountId}"},
		"an attribute":           {att("DataKey17AFBB84", "Arn"), "${DataKey.Arn}"},
		"a join":                 {map[string]any{"Fn::Join": list{"-", list{"a", ref("Firewall"), att("Table01234567", "Arn")}}}, "a-${Firewall}-${Table.Arn}"},
		"a part of a split":      {map[string]any{"Fn::Select": list{3.0, map[string]any{"Fn::Split": list{":", att("Table01234567", "Arn")}}}}, "${Table.Arn}.split(:)[3]"},
		"one action of one":      {shape{"Effect": "Allow", "Action": "a"}, shape{"Effect": "Allow", "Action": strs("a"), "Resource": list(nil)}},
		"an action of a rule":    {shape{"Action": shape{"Block": shape{}}}, shape{"Action": shape{"Block": shape{}}}},
		"an unknown function":    {shape{"Fn::Sub": "${x}"}, shape{"Fn::Sub": "${x}"}},
		"an attribute cut short": {shape{"Fn::GetAtt": list{"x"}}, shape{"Fn::GetAtt": list{"x"}}},
		"numbers and truth":      {list{1.0, true, nil}, list{1.0, true, nil}},
	} {
		if got := canonical(test.value); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: %#v, want %#v", name, got, test.want)
		}
	}
}

func TestAHashIsTakenOffANameAndNothingElse(t *testing.T) {
	for id, want := range map[string]string{
		"TableCD117FA1": "Table",
		"ApiDeploymentB17BE62Dc3800010ceafa18c4e319f56cfdb322e": "ApiDeployment",
		"Firewall":         "Firewall",
		"Tablecd117fa1":    "Tablecd117fa1", // lower case
		"CD117FA1":         "CD117FA1",      // nothing would be left
		"AWS::AccountId":   "AWS::AccountId",
		"Secrets":          "Secrets",
		"ClientAAAAAAAAAA": "ClientAA",
	} {
		if got := nameOf(id); got != want {
			t.Errorf("nameOf(%s) = %s, want %s", id, got, want)
		}
	}
}

func TestWhatIsMissingDifferentOrSurplusIsReported(t *testing.T) {
	even := func(v any) bool { return v == 2.0 }
	for name, test := range map[string]struct {
		got, want any
		broken    string // "" for none
	}{
		"the same":               {shape{"A": list{1.0, shape{"B": true}}}, shape{"A": list{1.0, shape{"B": true}}}, ""},
		"a missing member":       {shape{}, shape{"A": true}, "x A is <nil>, want true"},
		"a surplus member":       {shape{"A": true}, shape{}, "x A is not expected"},
		"a description":          {shape{"Description": "words"}, shape{}, ""},
		"an asked for name":      {shape{"Name": "a"}, shape{"Name": "b"}, "x Name is a, want b"},
		"another number":         {shape{"A": 1.0}, shape{"A": 2.0}, "x A is 1, want 2"},
		"a list cut short":       {list{1.0}, list{1.0, 2.0}, "x is [1], want [1 2]"},
		"another element":        {list{1.0, 3.0}, list{1.0, 2.0}, "x[1] is 3, want 2"},
		"text for a shape":       {"a", shape{"A": true}, "x is a, want map[A:true]"},
		"text for a list":        {"a", list{"a"}, "x is a, want [a]"},
		"a condition that holds": {2.0, even, ""},
		"a condition that fails": {3.0, even, "x is 3"},
	} {
		c := &checker{}
		c.differences("x", test.got, test.want)
		if got := strings.Join(c.broken, "|"); got != test.broken {
			t.Errorf("%s: %q, want %q", name, got, test.broken)
		}
	}
}

func TestAKindOfResourceWithoutARuleIsReported(t *testing.T) {
	template, err := Parse([]byte(`{"Resources":{"Door":{"Type":"AWS::Lambda::Url"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	if got := Check(template, Expected{}); !slices.Contains(got, "AWS::Lambda::Url Door: no rule is known for this kind of resource") {
		t.Errorf("Check = %q, want the door noticed", got)
	}
}

func TestPeriodsOfSchedules(t *testing.T) {
	for schedule, want := range map[string]time.Duration{
		"rate(5 minutes)": 5 * time.Minute, "rate(1 hour)": time.Hour, "rate(1 day)": 24 * time.Hour,
		"cron(15 * * * ? *)": time.Hour, "cron(0 3 * * ? *)": 24 * time.Hour,
	} {
		if got := periodOf(schedule); got != want {
			t.Errorf("periodOf(%s) = %s, want %s", schedule, got, want)
		}
	}
}
