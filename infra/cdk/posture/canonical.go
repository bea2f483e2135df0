package posture

import (
	"fmt"
	"slices"
	"strings"
)

// resource is one resource of the template, in a form that is easy to compare.
type resource struct {
	name                  string // its logical id without the hash that the CDK adds
	kind                  string
	Properties            shape
	deletion, replacement string
	after                 []string
}

// nameOf takes off what the CDK adds to a construct's path: a hash of eight characters, and to a deployment one of
// thirty-two more, in lower case.
func nameOf(id string) string {
	const path, content = 8, 32
	for _, length := range []int{path, path + content} {
		at := len(id) - length
		if at > 0 && strings.Trim(id[at:at+path], "0123456789ABCDEF") == "" && strings.Trim(id[at+path:], "0123456789abcdef") == "" {
			return id[:at]
		}
	}
	return id
}

func resources(template map[string]any) map[string]resource {
	all, _ := template["Resources"].(map[string]any)
	named := make(map[string]resource, len(all))
	for id, value := range all {
		raw, _ := value.(map[string]any)
		properties, _ := canonical(raw["Properties"]).(shape)
		name := nameOf(id)
		if _, taken := named[name]; taken {
			name = id
		}
		named[name] = resource{
			name: name, kind: text(raw["Type"]), Properties: properties,
			deletion: text(raw["DeletionPolicy"]), replacement: text(raw["UpdateReplacePolicy"]), after: names(raw["DependsOn"]),
		}
	}
	return named
}

func names(value any) (found []string) {
	for _, id := range asList(value) {
		found = append(found, nameOf(text(id)))
	}
	return found
}

// canonical turns CloudFormation's functions into text: a reference to Table becomes ${Table}, its attribute
// ${Table.Arn}, and a join the text that it joins. Actions and resources of statements become lists.
func canonical(value any) any {
	switch v := value.(type) {
	case map[string]any:
		if s, ok := function(v); ok {
			return s
		}
		result := make(shape, len(v))
		for key, member := range v {
			result[key] = canonical(member)
		}
		if _, statement := v["Effect"]; statement {
			result["Action"], result["Resource"] = asList(result["Action"]), asList(result["Resource"])
		}
		return result
	case []any:
		result := make(list, len(v))
		for i, member := range v {
			result[i] = canonical(member)
		}
		return result
	}
	return value
}

func function(v map[string]any) (string, bool) {
	if len(v) != 1 {
		return "", false
	}
	for name, argument := range v {
		arguments := asList(argument)
		switch {
		case name == "Ref":
			return "${" + nameOf(text(argument)) + "}", true
		case name == "Fn::GetAtt" && len(arguments) == 2:
			return "${" + nameOf(text(arguments[0])) + "." + text(arguments[1]) + "}", true
		case name == "Fn::Join" && len(arguments) == 2:
			var joined []string
			for _, part := range asList(arguments[1]) {
				joined = append(joined, fmt.Sprint(canonical(part)))
			}
			return strings.Join(joined, text(arguments[0])), true
		case name == "Fn::Select" && len(arguments) == 2:
			return fmt.Sprintf("%v[%v]", canonical(arguments[1]), arguments[0]), true
		case name == "Fn::Split" && len(arguments) == 2:
			return fmt.Sprintf("%v.split(%v)", canonical(arguments[1]), arguments[0]), true
		}
	}
	return "", false
}

func asList(value any) list {
	if l, ok := value.(list); ok {
		return l
	}
	if value == nil {
		return nil
	}
	return list{value}
}

// differences reports where got is not want. Where want holds a func(any) bool, that decides.
func (c *checker) differences(where string, got, want any) {
	switch w := want.(type) {
	case func(any) bool:
		if !w(got) {
			c.report("%s is %v", where, got)
		}
	case shape:
		g, ok := got.(shape)
		if !ok {
			c.report("%s is %v, want %v", where, got, want)
			return
		}
		for key, member := range w {
			c.differences(where+" "+key, g[key], member)
		}
		for key := range g {
			if _, expected := w[key]; !expected && !slices.Contains(descriptive, key) {
				c.report("%s %s is not expected", where, key)
			}
		}
	case list:
		g, ok := got.(list)
		if !ok || len(g) != len(w) {
			c.report("%s is %v, want %v", where, got, want)
			return
		}
		for i, member := range w {
			c.differences(fmt.Sprintf("%s[%d]", where, i), g[i], member)
		}
	default:
		if got != want {
			c.report("%s is %v, want %v", where, got, want)
		}
	}
}

// descriptive are properties that protect nobody: names, words, and where the code lies. A shape may still ask for one.
var descriptive = []string{
	"Description", "AlarmName", "AliasName", "Code", "DashboardBody", "DashboardName", "Label", "LogGroupName", "Name", "OperationName",
	"PolicyName", "QueueName", "Sid", "TopicName", "UsagePlanName", "Id", "ModelName",
}

func strs(values ...string) list {
	result := make(list, len(values))
	for i, v := range values {
		result[i] = v
	}
	return result
}
