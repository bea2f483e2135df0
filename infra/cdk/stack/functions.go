package stack

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/jsii-runtime-go"

	"github.com/customerai/customerai/infra/cdk/deployment"
	"github.com/customerai/customerai/shared/manifest"
)

// values says what each setting of a function is made of.
var values = map[string]func(b *builder) *string{
	"ENVIRONMENT":        func(b *builder) *string { return jsii.String(b.Stage.String()) },
	"LOG_LEVEL":          func(b *builder) *string { return jsii.String(b.LogLevel) },
	"CORS_ORIGINS":       func(b *builder) *string { return jsii.String(b.CORSOrigins) },
	"CLIENT_RATE_LIMIT":  func(b *builder) *string { return jsii.String(strconv.Itoa(b.ClientRateLimit)) },
	"SECRETS_ID":         func(b *builder) *string { return b.secret.AttrId() },
	"TABLE_NAME":         func(b *builder) *string { return b.table.TableName() },
	"KEYS_TABLE_NAME":    func(b *builder) *string { return b.keys.TableName() },
	"SUBJECTS_KEY_ID":    func(b *builder) *string { return b.subjectsKey.KeyArn() },
	"UPLOADS_BUCKET":     func(b *builder) *string { return b.uploads.BucketName() },
	"RESULTS_BUCKET":     func(b *builder) *string { return b.results.BucketName() },
	"CHECKPOINTS_BUCKET": func(b *builder) *string { return b.checkpoints.BucketName() },
	"UPLOADS_QUEUE_URL":  func(b *builder) *string { return b.queues[queueOf(manifest.UploadsQueue)].main.QueueUrl() },
	"CHUNKS_QUEUE_URL":   func(b *builder) *string { return b.queues[queueOf(manifest.ChunksQueue)].main.QueueUrl() },

	manifest.KeepAudit.Setting:     func(*builder) *string { return jsii.String(strconv.Itoa(manifest.KeepAudit.Days)) },
	manifest.KeepOriginals.Setting: func(*builder) *string { return jsii.String(strconv.Itoa(manifest.KeepOriginals.Days)) },
	manifest.KeepResults.Setting:   func(*builder) *string { return jsii.String(strconv.Itoa(manifest.KeepResults.Days)) },
}

// addFunctions gives each function its code, its log and a role of its own.
func (b *builder) addFunctions() {
	b.functions = map[string]awslambda.Function{}
	for _, f := range b.Functions {
		id := deployment.LogicalID(f.Name)
		logs := b.addLogGroup(id+"LogGroup", jsii.String("/aws/lambda/"+b.Name()+"-"+f.Name))
		role := awsiam.NewRole(b.stack, jsii.String(id+"Role"), &awsiam.RoleProps{
			AssumedBy:      awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil),
			Description:    jsii.String("What " + f.Name + " may do"),
			InlinePolicies: &map[string]awsiam.PolicyDocument{"grants": document(b.statements(f)...)},
		})
		environment := map[string]*string{}
		for _, name := range f.Env {
			environment[name] = values[name](b)
		}
		b.functions[f.Name] = awslambda.NewFunction(b.stack, jsii.String(id+"Function"), &awslambda.FunctionProps{
			FunctionName: b.named(f.Name), Description: jsii.String(f.Summary),
			Code:    awslambda.NewAssetCode(jsii.String(zipOf(b.Settings, f)), nil),
			Runtime: awslambda.Runtime_PROVIDED_AL2023(), Architecture: awslambda.Architecture_ARM_64(), Handler: jsii.String("bootstrap"),
			MemorySize: jsii.Number(f.MemoryMB), Timeout: seconds(f.Timeout), Environment: &environment,
			Tracing: awslambda.Tracing_ACTIVE, LogGroup: logs, ReservedConcurrentExecutions: b.reserved(f),
			// The alarms' filters read JSON. The platform lets everything through: LOG_LEVEL decides.
			LoggingFormat: awslambda.LoggingFormat_JSON, ApplicationLogLevelV2: awslambda.ApplicationLogLevel_DEBUG,
			// Nothing but the statements above: constructs that would add to the role cannot.
			Role: role.WithoutPolicyUpdates(nil),
		})
	}
}

// reserved gives concurrency of its own to what others depend on, and takes away what could starve them. The authorizer
// never waits for a batch: no more requests come at once than the stage lets in. A queue's function gets what its trigger
// may use, and no more.
func (b *builder) reserved(f manifest.Function) *float64 {
	switch {
	case !b.ReserveCapacity:
		return nil
	case f.Authorizer:
		return jsii.Number(b.BurstLimit)
	case f.Queue != nil:
		return jsii.Number(f.Queue.MaxConcurrency)
	}
	return nil
}

func (b *builder) addLogGroup(id string, name *string) awslogs.LogGroup {
	return awslogs.NewLogGroup(b.stack, jsii.String(id), &awslogs.LogGroupProps{
		LogGroupName: name, EncryptionKey: b.operationsKey, Retention: retention[b.LogDays], RemovalPolicy: b.removal(),
	})
}

// retention has CloudWatch's names for the days that package deployment decides.
var retention = map[int]awslogs.RetentionDays{
	30: awslogs.RetentionDays_ONE_MONTH, 90: awslogs.RetentionDays_THREE_MONTHS, 365: awslogs.RetentionDays_ONE_YEAR,
}

func (b *builder) logGroup(function string) awslogs.LogGroup {
	return b.stack.Node().FindChild(jsii.String(deployment.LogicalID(function) + "LogGroup")).(awslogs.LogGroup) //nolint:forcetypeassert // addFunctions made it
}

func inBucket(bucket awss3.Bucket, objects bool) *string {
	if objects {
		return bucket.ArnForObjects(jsii.String("*"))
	}
	return bucket.BucketArn()
}

// packed reports every function that has no zip.
func packed(s deployment.Settings) error {
	var problems []error
	for _, f := range s.Functions {
		if info, err := os.Stat(zipOf(s, f)); err != nil || !info.Mode().IsRegular() {
			problems = append(problems, fmt.Errorf("%s: there is no %s; `make pack` writes it", f.Name, zipOf(s, f)))
		}
	}
	return errors.Join(problems...)
}

func zipOf(s deployment.Settings, f manifest.Function) string {
	return filepath.Join(s.Code, f.Name+".zip")
}
