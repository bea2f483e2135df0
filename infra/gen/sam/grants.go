package sam

import (
	"cmp"
	"fmt"
	"strconv"

	"github.com/customerai/customerai/shared/manifest"
)

// choices are the settings that name nothing, and what each is made of.
var choices = map[string]string{
	"ENVIRONMENT":       "!Ref Environment",
	"LOG_LEVEL":         "!Ref LogLevel",
	"CORS_ORIGINS":      "!Ref CorsOrigins",
	"CLIENT_RATE_LIMIT": "!Ref ClientRateLimit",

	manifest.KeepOriginals.Setting: strconv.Itoa(manifest.KeepOriginals.Days),
	manifest.KeepAudit.Setting:     strconv.Itoa(manifest.KeepAudit.Days),
	manifest.KeepResults.Setting:   strconv.Itoa(manifest.KeepResults.Days),
}

// names are the settings that name a part of the stack, and what each is made of.
var names = map[string]string{
	"SECRETS_ID":         secrets,
	"TABLE_NAME":         "!Ref Table",
	"KEYS_TABLE_NAME":    "!Ref KeysTable",
	"SUBJECTS_KEY_ID":    subjectsKey,
	"UPLOADS_BUCKET":     "!Ref UploadsBucket",
	"RESULTS_BUCKET":     "!Ref ResultsBucket",
	"CHECKPOINTS_BUCKET": "!Ref CheckpointsBucket",
	"UPLOADS_QUEUE_URL":  "!Ref UploadsQueue",
	"CHUNKS_QUEUE_URL":   "!Ref ChunksQueue",
}

func setting(name string) (string, error) {
	value := cmp.Or(choices[name], names[name])
	if value == "" {
		return "", fmt.Errorf("no value is known for the setting %s", name)
	}
	return value, nil
}

// statement is one statement of a policy; Resource is YAML.
type statement struct {
	Actions  []string
	Resource string
}

const (
	subjectsKey = "!GetAtt SubjectsKey.Arn"
	secrets     = "!If [MakesSecrets, !Ref Secrets, !Ref SecretsId]"
)

// ForSomebody reports whether the actions are allowed only for a person, whom the key's encryption context names by a pseudonym.
func (s statement) ForSomebody() bool { return s.Resource == subjectsKey }

// Actions of the ports: what dynamotable, s3blob, sqsqueue, managersecrets and kmswrapper call, and nothing else.
var (
	tableReads  = []string{"dynamodb:GetItem", "dynamodb:Query"}
	tableWrites = []string{"dynamodb:PutItem", "dynamodb:DeleteItem", "dynamodb:ConditionCheckItem"}
	blobReads   = []string{"s3:GetObject"}
	blobAdds    = []string{"s3:PutObject", "s3:AbortMultipartUpload"}
	blobWrites  = []string{"s3:PutObject", "s3:DeleteObjectVersion", "s3:AbortMultipartUpload"}
	blobEnds    = []string{"s3:DeleteObjectVersion"}
	blobPast    = []string{"s3:ListBucketVersions"} // to find every version that is to be removed
	// Without the right to list, a missing object is "forbidden" instead of "not found".
	blobLists = []string{"s3:ListBucket"}

	secretActions = map[manifest.Access][]string{
		manifest.Read: {"secretsmanager:GetSecretValue"},
		manifest.Rotate: {
			"secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage",
		},
	}
)

// statements translates a grant.
func statements(g manifest.Grant) ([]statement, error) {
	reads := g.Access == manifest.Read || g.Access == manifest.ReadWrite
	writes := g.Access == manifest.Write || g.Access == manifest.ReadWrite
	var list []statement
	switch g.Resource {
	case manifest.Table, manifest.Keys:
		name := map[manifest.Resource]string{manifest.Table: "Table", manifest.Keys: "KeysTable"}[g.Resource]
		var actions []string
		if reads {
			actions = append(actions, tableReads...)
		}
		if writes {
			actions = append(actions, tableWrites...)
		}
		if actions != nil {
			list = append(list, statement{actions, "!GetAtt " + name + ".Arn"})
		}
	case manifest.SubjectsKey:
		if writes {
			list = append(list, statement{[]string{"kms:Encrypt"}, subjectsKey})
		}
		if reads {
			list = append(list, statement{[]string{"kms:Decrypt"}, subjectsKey})
		}
	case manifest.Uploads, manifest.Results, manifest.Checkpoints:
		list = bucketStatements(logical(string(g.Resource))+"Bucket", g.Access, reads, writes)
	case manifest.UploadsQueue, manifest.ChunksQueue:
		if g.Access == manifest.Send {
			list = append(list, statement{[]string{"sqs:SendMessage"}, "!GetAtt " + logical(string(g.Resource)) + ".Arn"})
		}
	case manifest.Secrets:
		if actions := secretActions[g.Access]; actions != nil {
			list = append(list, statement{actions, secrets})
		}
	}
	if list == nil {
		return nil, fmt.Errorf("no policy is known for %s on %s", g.Access, g.Resource)
	}
	return list, nil
}

func bucketStatements(name string, access manifest.Access, reads, writes bool) (list []statement) {
	objects := fmt.Sprintf("!Sub \"${%s.Arn}/*\"", name)
	if reads {
		list = append(list, statement{blobReads, objects}, statement{blobLists, "!GetAtt " + name + ".Arn"})
	}
	if writes {
		list = append(list, statement{blobWrites, objects}, statement{blobPast, "!GetAtt " + name + ".Arn"})
	}
	switch access { //nolint:exhaustive // the others have been dealt with
	case manifest.Add:
		list = append(list, statement{blobReads, objects}, statement{blobLists, "!GetAtt " + name + ".Arn"}, statement{blobAdds, objects})
	case manifest.Presign:
		list = append(list, statement{[]string{"s3:PutObject"}, objects})
	case manifest.Remove:
		list = append(list, statement{blobEnds, objects})
	}
	return list
}
