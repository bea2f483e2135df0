package stack

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"

	"github.com/customerai/customerai/infra/cdk/deployment"
	"github.com/customerai/customerai/infra/cdk/permissions"
	"github.com/customerai/customerai/shared/manifest"
)

// statements is everything that a function may do. The statement's id is the manifest's reason.
func (b *builder) statements(f manifest.Function) (list []awsiam.PolicyStatement) {
	uses := permissions.KeyUse{}
	add := func(sid string, p permissions.Permission, resources ...*string) {
		uses.Add(p)
		statement := allow(sid, p.Actions, resources...)
		if p.Person {
			statement.AddConditions(&map[string]any{"StringLike": forSomebody})
		}
		list = append(list, statement)
	}
	list = append(list,
		allow("WriteOwnLog", []string{"logs:CreateLogStream", "logs:PutLogEvents"}, b.logGroup(f.Name).LogGroupArn()),
		allow("SendTraces", []string{"xray:PutTraceSegments", "xray:PutTelemetryRecords"}, jsii.String("*")), // X-Ray has no resources
	)
	for _, grant := range f.Grants {
		permitted, _ := permissions.Of(grant.Resource, grant.Access) // New has refused what has no translation
		for i, p := range permitted {
			add(sid(grant.Reason, i), p, b.arn(grant.Resource, p.Objects))
		}
	}
	if f.Queue != nil {
		add("ConsumeQueue", permissions.QueueConsume, b.queues[f.Queue.Name].main.QueueArn())
	}
	if unattended(f) {
		add("DeadLetters", permissions.QueueSend, b.queues[f.Name].deadLetter.QueueArn())
	}
	if len(uses) > 0 {
		list = append(list, b.useDataKey(uses))
	}
	return list
}

// forSomebody is what CloudTrail then says of every use: whose key it was, by tenant and pseudonym.
var forSomebody = map[string]any{"kms:EncryptionContext:tenant": "?*", "kms:EncryptionContext:subject": "sub_*"}

// useDataKey allows what the services need of the key, through these services only.
func (b *builder) useDataKey(uses permissions.KeyUse) awsiam.PolicyStatement {
	var actions []string
	var services []*string
	for _, service := range slices.Sorted(maps.Keys(uses)) {
		actions = append(actions, uses[service]...)
		services = append(services, jsii.String(service+"."+*b.stack.Region()+"."+*b.stack.UrlSuffix()))
	}
	slices.Sort(actions)
	return awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid: jsii.String("UseDataKey"), Actions: jsii.Strings(slices.Compact(actions)...), Resources: &[]*string{b.dataKey.KeyArn()},
		Conditions: &map[string]any{"StringEquals": map[string]any{"kms:ViaService": services}},
	})
}

func (b *builder) arn(resource manifest.Resource, objects bool) *string {
	switch resource {
	case manifest.Table:
		return b.table.TableArn()
	case manifest.Keys:
		return b.keys.TableArn()
	case manifest.SubjectsKey:
		return b.subjectsKey.KeyArn()
	case manifest.Uploads:
		return inBucket(b.uploads, objects)
	case manifest.Results:
		return inBucket(b.results, objects)
	case manifest.Checkpoints:
		return inBucket(b.checkpoints, objects)
	case manifest.UploadsQueue, manifest.ChunksQueue:
		return b.queues[queueOf(resource)].main.QueueArn()
	default: // New has refused what has no translation
		return b.secret.AttrId()
	}
}

// queueOf names the queue of a resource: chunks-queue is the one that starts the function whose trigger is chunks.
func queueOf(resource manifest.Resource) string {
	return strings.TrimSuffix(string(resource), "-queue")
}

// sid turns a reason into a statement's id, which has letters and digits only.
func sid(reason string, part int) string {
	words := strings.FieldsFunc(reason, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	id := deployment.LogicalID(strings.ToLower(strings.Join(words, "-")))
	if part > 0 {
		id += strconv.Itoa(part + 1)
	}
	return id
}

func document(statements ...awsiam.PolicyStatement) awsiam.PolicyDocument {
	return awsiam.NewPolicyDocument(&awsiam.PolicyDocumentProps{Statements: &statements})
}

// translatable reports everything in the manifest that this package has no translation for.
func translatable(functions []manifest.Function) error {
	var problems []error
	queues := map[string]bool{}
	authorizers := 0
	for _, f := range functions {
		if f.Queue != nil {
			queues[f.Queue.Name] = true
		}
		if f.Authorizer {
			authorizers++
		}
	}
	if authorizers != 1 {
		problems = append(problems, fmt.Errorf("%d authorizers, want 1", authorizers))
	}
	for _, f := range functions {
		for _, grant := range f.Grants {
			_, known := permissions.Of(grant.Resource, grant.Access)
			isQueue := strings.HasSuffix(string(grant.Resource), "-queue")
			if !known || isQueue && !queues[queueOf(grant.Resource)] {
				problems = append(problems, fmt.Errorf("%s: no policy is known for %s on %s", f.Name, grant.Access, grant.Resource))
			}
		}
		for _, name := range f.Env {
			if _, known := values[name]; !known {
				problems = append(problems, fmt.Errorf("%s: no value is known for the setting %s", f.Name, name))
			}
		}
		if f.Schedule != "" {
			if _, err := periodOf(f.Schedule); err != nil {
				problems = append(problems, fmt.Errorf("%s: %w", f.Name, err))
			}
		}
	}
	return errors.Join(problems...)
}
