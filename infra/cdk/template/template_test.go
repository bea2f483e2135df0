package template

import (
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestCloudFormationsFunctionsBecomeText(t *testing.T) {
	ref := func(id string) any { return map[string]any{"Ref": id} }
	att := func(id, name string) any { return map[string]any{"Fn::GetAtt": List{id, name}} }
	for name, test := range map[string]struct{ value, want any }{
		"a reference":            {ref("TableCD117FA1"), "${Table}"},
		"a pseudo parameter":     {ref("AWS::AccountId"), "${AWS::AccountId}"},
		"an attribute":           {att("DataKey17AFBB84", "Arn"), "${DataKey.Arn}"},
		"a join":                 {map[string]any{"Fn::Join": List{"-", List{"a", ref("Firewall"), att("Table01234567", "Arn")}}}, "a-${Firewall}-${Table.Arn}"},
		"a part of a split":      {map[string]any{"Fn::Select": List{3.0, map[string]any{"Fn::Split": List{":", att("Table01234567", "Arn")}}}}, "${Table.Arn}.split(:)[3]"},
		"one action of one":      {Shape{"Effect": "Allow", "Action": "a"}, Shape{"Effect": "Allow", "Action": List{"a"}, "Resource": List(nil)}},
		"an action of a rule":    {Shape{"Action": Shape{"Block": Shape{}}}, Shape{"Action": Shape{"Block": Shape{}}}},
		"an unknown function":    {Shape{"Fn::Sub": "${x}"}, Shape{"Fn::Sub": "${x}"}},
		"an attribute cut short": {Shape{"Fn::GetAtt": List{"x"}}, Shape{"Fn::GetAtt": List{"x"}}},
		"numbers and truth":      {List{1.0, true, nil}, List{1.0, true, nil}},
	} {
		if got := Canonical(test.value); !reflect.DeepEqual(got, test.want) {
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
		"the same":               {Shape{"A": List{1.0, Shape{"B": true}}}, Shape{"A": List{1.0, Shape{"B": true}}}, ""},
		"a missing member":       {Shape{}, Shape{"A": true}, "x A is <nil>, want true"},
		"a surplus member":       {Shape{"A": true}, Shape{}, "x A is not expected"},
		"a description":          {Shape{"Description": "words"}, Shape{}, ""},
		"an asked for name":      {Shape{"Name": "a"}, Shape{"Name": "b"}, "x Name is a, want b"},
		"another number":         {Shape{"A": 1.0}, Shape{"A": 2.0}, "x A is 1, want 2"},
		"a list cut short":       {List{1.0}, List{1.0, 2.0}, "x is [1], want [1 2]"},
		"another element":        {List{1.0, 3.0}, List{1.0, 2.0}, "x[1] is 3, want 2"},
		"text for a shape":       {"a", Shape{"A": true}, "x is a, want map[A:true]"},
		"text for a list":        {"a", List{"a"}, "x is a, want [a]"},
		"a condition that holds": {2.0, even, ""},
		"a condition that fails": {3.0, even, "x is 3"},
	} {
		c := &Comparison{}
		c.differences("x", test.got, test.want)
		if got := strings.Join(c.Broken(), "|"); got != test.broken {
			t.Errorf("%s: %q, want %q", name, got, test.broken)
		}
	}
}

// two is a template with a queue, another that waits for it, and a topic.
func two(t *testing.T) *Comparison {
	t.Helper()
	parsed, err := Parse([]byte(`{"Resources":{
		"FirstCD117FA1":{"Type":"AWS::SQS::Queue","Properties":{"QueueName":"a","Delay":1},"DeletionPolicy":"Retain","UpdateReplacePolicy":"Delete"},
		"SecondCD117FA1":{"Type":"AWS::SQS::Queue","Properties":{"QueueName":"b","Delay":2},"DependsOn":["FirstCD117FA1"]},
		"Topic":{"Type":"AWS::SNS::Topic"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	return Compare(parsed)
}

func TestResourcesOfAKindAreExactlyThoseAskedFor(t *testing.T) {
	first, second := Shape{"Delay": 1.0}, Shape{"Delay": 2.0}
	one := func(Resource) string { return "one" }
	for name, test := range map[string]struct {
		key  func(Resource) string
		want map[string]Shape
		said []string
	}{
		"by their names":        {ByName, map[string]Shape{"First": first, "Second": second}, nil},
		"by a property":         {By("QueueName"), map[string]Shape{"a": first, "b": second}, nil},
		"one is missing":        {ByName, map[string]Shape{"First": first, "Second": second, "Third": {}}, []string{"AWS::SQS::Queue Third is missing"}},
		"one is too many":       {ByName, map[string]Shape{"First": first}, []string{"AWS::SQS::Queue Second is not expected"}},
		"one is different":      {ByName, map[string]Shape{"First": first, "Second": first}, []string{"AWS::SQS::Queue Second Delay is 2, want 1"}},
		"two that are the same": {one, map[string]Shape{"one": {"Delay": func(any) bool { return true }}}, []string{"AWS::SQS::Queue one is there twice"}},
	} {
		t.Run(name, func(t *testing.T) {
			c := two(t)
			c.Exactly("AWS::SQS::Queue", test.key, test.want)
			if got := c.Broken(); !slices.Equal(got, test.said) {
				t.Errorf("reported %q, want %q", got, test.said)
			}
		})
	}
}

func TestAKindThatNoRuleHasLookedAtIsReported(t *testing.T) {
	c := two(t)
	c.Exactly("AWS::SNS::Topic", ByName, map[string]Shape{"Topic": {}})
	c.Unexpected()
	if got := c.Broken(); len(got) != 1 || !strings.HasPrefix(got[0], "AWS::SQS::Queue ") || !strings.HasSuffix(got[0], ": no rule is known for this kind of resource") {
		t.Errorf("reported %q, want the queues noticed and nothing else", got)
	}
}

func TestTheOrderOfCreationIsSeen(t *testing.T) {
	c := two(t)
	c.After("Second", "First")
	c.After("First", "Second")
	if got := c.Broken(); len(got) != 1 || got[0] != "First does not wait for Second" {
		t.Errorf("reported %q, want that the first does not wait", got)
	}
}

func TestAResourceIsFoundByItsNameAndItsKind(t *testing.T) {
	c := two(t)
	first, found := c.Resource("First")
	if !found || first.Kind != "AWS::SQS::Queue" || first.Deletion != "Retain" || first.Replacement != "Delete" || len(c.OfKind(first.Kind)) != 2 {
		t.Errorf("got %+v, %t, among %d of its kind, want a queue that is retained, one of two", first, found, len(c.OfKind(first.Kind)))
	}
	if _, found := c.Resource("FirstCD117FA1"); found {
		t.Error("a resource is found by the CDK's name")
	}
}

func TestWhatIsNoTemplateIsAnError(t *testing.T) {
	if _, err := Parse([]byte("{")); err == nil || !strings.Contains(err.Error(), "read the template") {
		t.Errorf("err = %v, want one that says what cannot be read", err)
	}
}
