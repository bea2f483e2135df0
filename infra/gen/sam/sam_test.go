package sam_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/infra/gen/sam"
	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/storage/table/dynamotable"
)

var authorizer = manifest.Function{Name: "authorizer", Summary: "Decides", MemoryMB: 256, Timeout: 5 * time.Second, Authorizer: true}

// render returns the section of the template that one function, beside an authorizer, leads to.
func render(t *testing.T, f manifest.Function) string {
	t.Helper()
	text, err := sam.Template([]manifest.Function{authorizer, f})
	if err != nil {
		t.Fatalf("Template: %v", err)
	}
	return string(text)
}

func TestEveryTriggerIsTranslated(t *testing.T) {
	for name, test := range map[string]struct {
		function manifest.Function
		want     []string
	}{
		"a protected route": {
			manifest.Function{Name: "cats", Routes: []manifest.Route{{OperationID: "listCats", Method: "GET", Path: "/cats", Scope: "read"}}},
			[]string{"  CatsFunction:", "        ListCats:\n          Type: Api", `Path: "/cats"`, "Authorizer: Bearer", "        Preflight0:", "Method: options"},
		},
		"a throttled route": {
			manifest.Function{Name: "cats", Routes: []manifest.Route{{
				OperationID: "feedCats", Method: "POST", Path: "/cats", Throttle: manifest.Throttle{RatePerSecond: 2.5, Burst: 7},
			}}},
			[]string{"ResourcePath: \"/cats\"\n          HttpMethod: POST\n          ThrottlingRateLimit: 2.5\n          ThrottlingBurstLimit: 7"},
		},
		"a queue": {
			manifest.Function{Name: "cut-cake", Timeout: time.Minute, Queue: &manifest.QueueTrigger{Name: "cakes", BatchSize: 3, MaxConcurrency: 4, MaxReceiveCount: 5}},
			[]string{
				"  CutCakeFunction:", "Queue: !GetAtt CakesQueue.Arn", "BatchSize: 3", "MaximumConcurrency: 4", "maxReceiveCount: 5",
				"FunctionResponseTypes: [ReportBatchItemFailures]", "VisibilityTimeout: 360", "  CakesDeadLetterAlarm:",
			},
		},
		"a bucket": {
			manifest.Function{Name: "split", Queue: &manifest.QueueTrigger{Name: "uploads", Uploads: true}},
			[]string{"Event: s3:ObjectCreated:*\n            Queue: !GetAtt UploadsQueue.Arn", "DependsOn: UploadsQueuePolicy", "Service: s3.amazonaws.com"},
		},
		"a schedule": {
			manifest.Function{Name: "tidy", Schedule: "rate(1 hour)"},
			[]string{"Type: Schedule", `Schedule: "rate(1 hour)"`},
		},
		"a rotation": {
			manifest.Function{Name: "rotate-keys", Rotation: true},
			[]string{"RotationLambdaARN: !GetAtt RotateKeysFunction.Arn", "Principal: secretsmanager.amazonaws.com"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := render(t, test.function)
			for _, want := range test.want {
				if !strings.Contains(got, want) {
					t.Errorf("the template lacks %q", want)
				}
			}
		})
	}
}

func TestAPublicRouteHasNoAuthorizer(t *testing.T) {
	got := render(t, manifest.Function{Name: "cats", Routes: []manifest.Route{{OperationID: "listCats", Method: "GET", Path: "/cats"}}})
	if strings.Contains(got, "Authorizer: Bearer") {
		t.Error("a route without a scope asks for a token")
	}
}

func TestAGrantBecomesTheFewestActionsOnItsResourceAlone(t *testing.T) {
	for name, test := range map[string]struct {
		grant     manifest.Grant
		want      []string
		forbidden []string
	}{
		"read the table": {
			manifest.Grant{Resource: manifest.Table, Access: manifest.Read, Reason: "look"},
			[]string{"# look", "[dynamodb:GetItem, dynamodb:Query]", "Resource: !GetAtt Table.Arn"},
			[]string{"PutItem"},
		},
		"write the table": {
			manifest.Grant{Resource: manifest.Table, Access: manifest.Write},
			[]string{"dynamodb:PutItem"},
			[]string{"dynamodb:Query"},
		},
		"read a bucket": {
			manifest.Grant{Resource: manifest.Results, Access: manifest.Read},
			[]string{"s3:GetObject", `!Sub "${ResultsBucket.Arn}/*"`, "s3:ListBucket"},
			[]string{"s3:PutObject"},
		},
		"read and write a bucket": {
			manifest.Grant{Resource: manifest.Results, Access: manifest.ReadWrite},
			[]string{"s3:GetObject", "s3:PutObject", "s3:DeleteObjectVersion", "s3:ListBucketVersions"},
			[]string{"s3:DeleteObject,"},
		},
		"add to a bucket": {
			manifest.Grant{Resource: manifest.Checkpoints, Access: manifest.Add},
			[]string{"s3:GetObject", "[s3:PutObject, s3:AbortMultipartUpload]", `!Sub "${CheckpointsBucket.Arn}/*"`, "s3:ListBucket"},
			[]string{"s3:DeleteObject"},
		},
		"remove a version from a bucket": {
			manifest.Grant{Resource: manifest.Uploads, Access: manifest.Remove},
			[]string{"[s3:DeleteObjectVersion]", `!Sub "${UploadsBucket.Arn}/*"`},
			[]string{"s3:GetObject", "s3:ListBucket", "s3:PutObject"},
		},
		"hand out upload addresses": {
			manifest.Grant{Resource: manifest.Uploads, Access: manifest.Presign},
			[]string{"[s3:PutObject]", `!Sub "${UploadsBucket.Arn}/*"`},
			[]string{"s3:GetObject", "s3:ListBucket"},
		},
		"send to a queue": {
			manifest.Grant{Resource: manifest.ChunksQueue, Access: manifest.Send},
			[]string{"[sqs:SendMessage]", "Resource: !GetAtt ChunksQueue.Arn"},
			[]string{"sqs:ReceiveMessage"},
		},
		"wrap people's keys": {
			manifest.Grant{Resource: manifest.SubjectsKey, Access: manifest.Write},
			[]string{"[kms:Encrypt]", "Resource: !GetAtt SubjectsKey.Arn", `kms:EncryptionContext:subject: "sub_*"`, `kms:EncryptionContext:tenant: "?*"`},
			[]string{"kms:Decrypt"},
		},
		"wrap and unwrap people's keys": {
			manifest.Grant{Resource: manifest.SubjectsKey, Access: manifest.ReadWrite},
			[]string{"[kms:Encrypt]", "[kms:Decrypt]"},
			[]string{"kms:GenerateDataKey", "kms:ReEncrypt", "kms:DescribeKey"},
		},
		"read the secrets": {
			manifest.Grant{Resource: manifest.Secrets, Access: manifest.Read},
			[]string{"[secretsmanager:GetSecretValue]", "!If [MakesSecrets, !Ref Secrets, !Ref SecretsId]"},
			[]string{"PutSecretValue"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := render(t, manifest.Function{Name: "cats", Schedule: "rate(1 hour)", Grants: []manifest.Grant{test.grant}})
			for _, want := range test.want {
				if !strings.Contains(got, want) {
					t.Errorf("the template lacks %q", want)
				}
			}
			granted := withoutWriteOnce(t, got)
			for _, forbidden := range test.forbidden {
				if strings.Contains(granted, forbidden) {
					t.Errorf("the template grants %q", forbidden)
				}
			}
		})
	}
}

// withoutWriteOnce takes out what the bucket of checkpoints denies, which grants nothing, and holds the template to have it.
func withoutWriteOnce(t *testing.T, template string) string {
	t.Helper()
	before, rest, found := strings.Cut(template, "- Sid: WriteOnce")
	denied, after, ends := strings.Cut(rest, "\n\n")
	for _, want := range []string{"Effect: Deny", "Action: s3:PutObject", "CheckpointsBucket.Arn}/*", `s3:if-none-match: "true"`, `s3:ObjectCreationOperation: "true"`} {
		if !found || !ends || !strings.Contains(denied, want) {
			t.Fatalf("nothing keeps a checkpoint from being overwritten: the template lacks %q", want)
		}
	}
	return before + after
}

func TestWhatHasNoTranslationIsAnError(t *testing.T) {
	for name, test := range map[string]struct {
		functions []manifest.Function
		want      string
	}{
		"an unknown setting":  {[]manifest.Function{authorizer, {Name: "cats", Env: []string{"CAT_NAME"}}}, "setting CAT_NAME"},
		"an unknown resource": {[]manifest.Function{authorizer, {Name: "cats", Grants: []manifest.Grant{{Resource: "cellar", Access: manifest.Read}}}}, "read on cellar"},
		"a senseless access":  {[]manifest.Function{authorizer, {Name: "cats", Grants: []manifest.Grant{{Resource: manifest.Secrets, Access: manifest.Write}}}}, "write on secrets"},
		"no authorizer":       {nil, "no authorizer"},
	} {
		if _, err := sam.Template(test.functions); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: err = %v, want %q", name, err, test.want)
		}
	}
}

// CloudFormation's linter is not part of the tests, so the mistake that templating makes most easily is looked for here.
func TestTheManifestsTemplateRefersOnlyToWhatIsInIt(t *testing.T) {
	text, err := sam.Template(manifest.Functions)
	if err != nil {
		t.Fatalf("Template: %v", err)
	}
	var defined []string
	for _, match := range regexp.MustCompile(`(?m)^  ([A-Z]\w+):$`).FindAllSubmatch(text, -1) {
		if slices.Contains(defined, string(match[1])) && string(match[1]) != "UploadsBucket" && string(match[1]) != "ResultsBucket" && string(match[1]) != "CheckpointsBucket" && string(match[1]) != "SecretsId" {
			t.Errorf("%s is defined twice", match[1])
		}
		defined = append(defined, string(match[1]))
	}
	references := regexp.MustCompile(`!Ref (\w+)\b[^:]|!GetAtt (\w+)\.|\$\{(\w+)\.Arn\}|DependsOn: (\w+)`)
	found := 0
	for _, match := range references.FindAllStringSubmatch(string(text), -1) {
		name := strings.Join(match[1:], "")
		if name != "AWS" && !slices.Contains(defined, name) {
			t.Errorf("%s refers to nothing", match[0])
		}
		found++
	}
	if found < 100 {
		t.Errorf("%d references found, want the whole template looked at", found)
	}
}

// SAM resolves what refers to a parameter, and makes up a name for any other part of a stack that is not there.
func TestOnALaptopNoSettingHasANameThatSAMMakesUp(t *testing.T) {
	template, err := sam.Template(manifest.Functions)
	if err != nil {
		t.Fatalf("Template: %v", err)
	}
	local, err := sam.Local()
	if err != nil {
		t.Fatalf("Local: %v", err)
	}
	var given struct{ Parameters map[string]string }
	if err := json.Unmarshal(local, &given); err != nil {
		t.Fatal(err)
	}
	parameters, _, _ := strings.Cut(string(template), "\nConditions:\n")
	settings := regexp.MustCompile(`(?m)^          ([A-Z_]+): (!Ref|!GetAtt|!If \[MakesSecrets, !Ref) (\w+)`).FindAllStringSubmatch(string(template), -1)
	if len(settings) < 50 {
		t.Errorf("%d settings found, want those of every function", len(settings))
	}
	for _, setting := range settings {
		name, chosen := setting[1], strings.Contains(parameters, "\n  "+setting[3]+":\n")
		if value, ok := given.Parameters[name]; ok == chosen || value != "" {
			t.Errorf("%s is made of %s, and SAM is told %q: %t, want nothing in the place of names alone", name, setting[3], value, ok)
		}
	}
}

func TestTheTableHasTheAttributesThatItsEngineWrites(t *testing.T) {
	text, err := sam.Template(manifest.Functions)
	if err != nil {
		t.Fatalf("Template: %v", err)
	}
	for _, want := range []string{
		"AttributeName: " + dynamotable.PartitionAttribute + "\n          KeyType: HASH",
		"AttributeName: " + dynamotable.SortAttribute + "\n          KeyType: RANGE",
		"TimeToLiveSpecification:\n        AttributeName: " + dynamotable.ExpiresAttribute,
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the template lacks %q", want)
		}
	}
}

func TestNoStatementAllowsEverything(t *testing.T) {
	text, err := sam.Template(manifest.Functions)
	if err != nil {
		t.Fatalf("Template: %v", err)
	}
	for number, line := range strings.Split(string(text), "\n") {
		if regexp.MustCompile(`Action: \[.*\*|Resource: "?\*`).MatchString(line) {
			t.Errorf("line %d: %s", number+1, strings.TrimSpace(line))
		}
	}
}
