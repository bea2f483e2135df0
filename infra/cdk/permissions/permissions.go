// Package permissions translates the manifest's grants into the actions of AWS's services.
//
// Normal use, for each grant of a function:
//
//	uses := permissions.KeyUse{}
//	permitted, known := permissions.Of(grant.Resource, grant.Access)
//	for _, p := range permitted {
//		uses.Add(p) // what p's service then does with the key that the data is encrypted with
//	}
//
// It refuses wildcards: every action is spelled out, and is one that an adapter calls. It has no translation for what makes no sense,
// such as sending to a bucket.
package permissions

import (
	"slices"
	"strings"

	"github.com/customerai/customerai/shared/manifest"
)

// Permission is some actions on one kind of thing.
type Permission struct {
	Actions []string
	Objects bool // on the objects in a bucket, not on the bucket
	Person  bool // only for somebody, whom the key's encryption context names by a pseudonym
}

// Actions of the ports: what dynamotable, s3blob, sqsqueue, managersecrets and kmswrapper call, and nothing else.
var (
	tableRead   = Permission{Actions: []string{"dynamodb:GetItem", "dynamodb:Query"}}
	tableWrite  = Permission{Actions: []string{"dynamodb:PutItem", "dynamodb:DeleteItem", "dynamodb:ConditionCheckItem"}}
	objectRead  = Permission{Actions: []string{"s3:GetObject"}, Objects: true}
	objectWrite = Permission{Actions: []string{"s3:PutObject", "s3:DeleteObjectVersion", "s3:AbortMultipartUpload"}, Objects: true}
	objectAdd   = Permission{Actions: []string{"s3:PutObject", "s3:AbortMultipartUpload"}, Objects: true}
	objectPut   = Permission{Actions: []string{"s3:PutObject"}, Objects: true}
	objectEnd   = Permission{Actions: []string{"s3:DeleteObjectVersion"}, Objects: true}
	bucketPast  = Permission{Actions: []string{"s3:ListBucketVersions"}} // to find every version that is to be removed
	bucketList  = Permission{Actions: []string{"s3:ListBucket"}}         // without it a missing object is "forbidden", not "not found"
	keyWrap     = Permission{Actions: []string{"kms:Encrypt"}, Person: true}
	keyUnwrap   = Permission{Actions: []string{"kms:Decrypt"}, Person: true}
	secretRead  = Permission{Actions: []string{"secretsmanager:GetSecretValue"}}
	secretTurn  = Permission{Actions: []string{
		"secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage",
	}}
)

// What there is to do with a queue. What a trigger needs is not in the manifest's grants: the function does not call it, Lambda does
// in its name.
var (
	QueueSend    = Permission{Actions: []string{"sqs:SendMessage"}}
	QueueConsume = Permission{Actions: []string{"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}}
)

type kind struct {
	resource manifest.Resource
	access   manifest.Access
}

// translations has every grant that the manifest may make.
var translations = map[kind][]Permission{
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
	{manifest.UploadsQueue, manifest.Send}:     {QueueSend},
	{manifest.ChunksQueue, manifest.Send}:      {QueueSend},
	{manifest.Secrets, manifest.Read}:          {secretRead},
	{manifest.Secrets, manifest.Rotate}:        {secretTurn},
}

// Of returns what a grant permits, and whether there is such a grant.
func Of(resource manifest.Resource, access manifest.Access) (permitted []Permission, known bool) {
	permitted, known = translations[kind{resource, access}]
	return permitted, known
}

// KeyUse lists, by service, what a function may have that service do with the data key.
type KeyUse map[string][]string

// Add notes what the permission's service does with the key on the function's behalf.
func (u KeyUse) Add(p Permission) {
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
