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

	"github.com/customerai/customerai/shared/manifest"
)

// permission is some actions on one kind of thing.
type permission struct {
	Actions []string
	Objects bool // on the objects in a bucket, not on the bucket
	Person  bool // only for somebody, whom the key's encryption context names by a pseudonym
}

// Actions of the ports: what dynamotable, s3blob, sqsqueue, managersecrets and kmswrapper call, and nothing else.
var (
	tableRead   = permission{Actions: []string{"dynamodb:GetItem", "dynamodb:Query"}}
	tableWrite  = permission{Actions: []string{"dynamodb:PutItem", "dynamodb:DeleteItem", "dynamodb:ConditionCheckItem"}}
	objectRead  = permission{Actions: []string{"s3:GetObject"}, Objects: true}
	objectWrite = permission{Actions: []string{"s3:PutObject", "s3:DeleteObjectVersion", "s3:AbortMultipartUpload"}, Objects: true}
	objectAdd   = permission{Actions: []string{"s3:PutObject", "s3:AbortMultipartUpload"}, Objects: true}
	objectPut   = permission{Actions: []string{"s3:PutObject"}, Objects: true}
	objectEnd   = permission{Actions: []string{"s3:DeleteObjectVersion"}, Objects: true}
	bucketPast  = permission{Actions: []string{"s3:ListBucketVersions"}} // to find every version that is to be removed
	bucketList  = permission{Actions: []string{"s3:ListBucket"}}         // without it a missing object is "forbidden", not "not found"
	queueSend   = permission{Actions: []string{"sqs:SendMessage"}}
	keyWrap     = permission{Actions: []string{"kms:Encrypt"}, Person: true}
	keyUnwrap   = permission{Actions: []string{"kms:Decrypt"}, Person: true}
	secretRead  = permission{Actions: []string{"secretsmanager:GetSecretValue"}}
	secretTurn  = permission{Actions: []string{
		"secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage",
	}}

	// What a trigger needs is not in the manifest's grants: the function does not call it, Lambda does in its name.
	queueConsume = permission{Actions: []string{"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}}
)

type kind struct {
	Resource manifest.Resource
	Access   manifest.Access
}

// permissions translates the manifest's grants.
var permissions = map[kind][]permission{
	{manifest.Table, manifest.Read}:            {tableRead},
	{manifest.Table, manifest.Write}:           {tableWrite},
	{manifest.Table, manifest.ReadWrite}:       {tableRead, tableWrite},
	{manifest.Keys, manifest.ReadWrite}:        {tableRead, tableWrite},
	{manifest.SubjectsKey, manifest.Write}:     {keyWrap},
	{manifest.SubjectsKey, manifest.ReadWrite}: {keyWrap, keyUnwrap},
	{manifest.Uploads, manifest.Read}:          {objectRead, bucketList},
	{manifest.Uploads, manifest.Write}:         {objectWrite, bucketPast},
	{manifest.Uploads, manifest.ReadWrite}:     {objectRead, bucketList, objectWrite, bucketPast},
	{manifest.Uploads, manifest.Remove}:        {objectEnd},
	{manifest.Uploads, manifest.Presign}:       {objectPut},
	{manifest.Results, manifest.Read}:          {objectRead, bucketList},
	{manifest.Results, manifest.Write}:         {objectWrite, bucketPast},
	{manifest.Results, manifest.ReadWrite}:     {objectRead, bucketList, objectWrite, bucketPast},
	{manifest.Checkpoints, manifest.Read}:      {objectRead, bucketList},
	{manifest.Checkpoints, manifest.Add}:       {objectRead, bucketList, objectAdd},
	{manifest.UploadsQueue, manifest.Send}:     {queueSend},
	{manifest.ChunksQueue, manifest.Send}:      {queueSend},
	{manifest.Secrets, manifest.Read}:          {secretRead},
	{manifest.Secrets, manifest.Rotate}:        {secretTurn},
}

// keyUse lists, by service, what a function may have that service do with the data key.
type keyUse map[string][]string

// add notes what the permission's service does with the key on the function's behalf.
func (u keyUse) add(p permission) {
	service, _, _ := strings.Cut(p.Actions[0], ":")
	decrypts := []string{"kms:Decrypt"}
	encrypts := []string{"kms:Decrypt", "kms:GenerateDataKey"}
	var needs []string
	switch {
	case service == "kms": // another key
		return
	case service == "dynamodb" && slices.Contains(p.Actions, "dynamodb:PutItem"):
		needs = []string{"kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"}
	case service == "dynamodb":
		needs = []string{"kms:Decrypt", "kms:DescribeKey"}
	case slices.ContainsFunc(p.Actions, func(a string) bool { return strings.Contains(a, ":Put") || strings.Contains(a, ":Send") }):
		needs = encrypts
	case p.Objects || service != "s3": // names of objects are not encrypted
		needs = decrypts
	default:
		return
	}
	u[service] = slices.Compact(slices.Sorted(slices.Values(append(needs, u[service]...))))
}

// statements is everything that a function may do. The statement's id is the manifest's reason.
func (b *builder) statements(f manifest.Function) (list []awsiam.PolicyStatement) {
	uses := keyUse{}
	add := func(sid string, p permission, resources ...*string) {
		uses.add(p)
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
		for i, p := range permissions[kind{grant.Resource, grant.Access}] {
			add(sid(grant.Reason, i), p, b.arn(grant.Resource, p.Objects))
		}
	}
	if f.Queue != nil {
		add("ConsumeQueue", queueConsume, b.queues[f.Queue.Name].main.QueueArn())
	}
	if unattended(f) {
		add("DeadLetters", queueSend, b.queues[f.Name].deadLetter.QueueArn())
	}
	if len(uses) > 0 {
		list = append(list, b.useDataKey(uses))
	}
	return list
}

// forSomebody is what CloudTrail then says of every use: whose key it was, by tenant and pseudonym.
var forSomebody = map[string]any{"kms:EncryptionContext:tenant": "?*", "kms:EncryptionContext:subject": "sub_*"}

// useDataKey allows what the services need of the key, through these services only.
func (b *builder) useDataKey(uses keyUse) awsiam.PolicyStatement {
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
	id := logical(strings.ToLower(strings.Join(words, "-")))
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
			_, known := permissions[kind{grant.Resource, grant.Access}]
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
