package posture

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/customerai/customerai/infra/cdk/template"
	"github.com/customerai/customerai/shared/manifest"
)

// functions: each runs the manifest's way, with a role of its own that holds the manifest's grants and nothing else, and
// writes to a log of its own that is encrypted and ends.
func (c *checker) functions() {
	functions, roles, triggers := map[string]shape{}, map[string]shape{}, map[string]shape{}
	for _, f := range c.Functions {
		id := logical(f.Name)
		functions[c.Stack+"-"+f.Name] = c.function(f)
		roles[id+"Role"] = shape{
			"AssumeRolePolicyDocument": policy(assumedBy("lambda.amazonaws.com")),
			"Policies":                 list{shape{"PolicyDocument": policy(c.statements(f)...)}},
		}
		if f.Queue != nil {
			triggers[id+"Trigger"] = shape{
				"FunctionName": "${" + id + "Function}", "EventSourceArn": "${" + logical(f.Queue.Name) + "Queue.Arn}",
				"BatchSize": float64(f.Queue.BatchSize), "FunctionResponseTypes": strs("ReportBatchItemFailures"),
				"ScalingConfig": shape{"MaximumConcurrency": float64(f.Queue.MaxConcurrency)},
			}
		}
		if f.Schedule != "" {
			roles[id+"ScheduleRole"] = scheduleRole(f)
		}
	}
	roles["ApiCloudWatchRole"] = shape{
		"AssumeRolePolicyDocument": policy(assumedBy("apigateway.amazonaws.com")),
		"ManagedPolicyArns":        strs("arn:${AWS::Partition}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"),
	}
	c.Exactly("AWS::Lambda::Function", template.By("FunctionName"), functions)
	c.Exactly("AWS::IAM::Role", template.ByName, roles)
	c.Exactly("AWS::Lambda::EventSourceMapping", template.ByName, triggers)
	c.logs()
}

func (c *checker) function(f manifest.Function) shape {
	id := logical(f.Name)
	s := shape{
		"FunctionName": c.Stack + "-" + f.Name, "Runtime": "provided.al2023", "Architectures": strs("arm64"), "Handler": "bootstrap",
		"MemorySize": float64(f.MemoryMB), "Timeout": number(f.Timeout), "TracingConfig": shape{"Mode": "Active"},
		"LoggingConfig": shape{"LogGroup": "${" + id + "LogGroup}", "LogFormat": "JSON", "ApplicationLogLevel": "DEBUG"}, "Role": "${" + id + "Role.Arn}",
		"Environment": shape{"Variables": c.environment(f)},
	}
	if c.ReserveCapacity && f.Authorizer {
		s["ReservedConcurrentExecutions"] = float64(c.BurstLimit)
	}
	if c.ReserveCapacity && f.Queue != nil {
		s["ReservedConcurrentExecutions"] = float64(f.Queue.MaxConcurrency)
	}
	return s
}

func (c *checker) environment(f manifest.Function) shape {
	all := map[string]string{
		"ENVIRONMENT": c.Stage, "LOG_LEVEL": c.LogLevel, "CORS_ORIGINS": strings.Join(c.Origins, ","), "CLIENT_RATE_LIMIT": strconv.Itoa(c.ClientRateLimit),
		"SECRETS_ID": keysets, "TABLE_NAME": "${Table}", "KEYS_TABLE_NAME": "${KeysTable}", "SUBJECTS_KEY_ID": subjectsKey, "UPLOADS_BUCKET": "${UploadsBucket}", "RESULTS_BUCKET": "${ResultsBucket}", "CHECKPOINTS_BUCKET": "${CheckpointsBucket}",
		"UPLOADS_QUEUE_URL": "${UploadsQueue}", "CHUNKS_QUEUE_URL": "${ChunksQueue}", "RETENTION_ORIGINALS_DAYS": "30", "RETENTION_RESULTS_DAYS": "365", "RETENTION_AUDIT_DAYS": "2557",
	}
	variables := shape{}
	for _, name := range f.Env {
		variables[name] = all[name]
	}
	return variables
}

// may is what one grant allows: actions on an ARN, and what the service behind them does with the data key.
type may struct {
	actions string
	arn     string
	key     string
}

// ARNs of the secret, and of the key that wraps people's keys.
const (
	keysets     = "${Secrets.Id}"
	subjectsKey = "${SubjectsKey.Arn}"
)

// grants says what each access to each resource comes to.
func grants(g manifest.Grant) []may {
	const (
		read  = "kms:Decrypt"
		write = "kms:Decrypt kms:GenerateDataKey"
	)
	switch g.Resource {
	case manifest.Table, manifest.Keys:
		arn := map[manifest.Resource]string{manifest.Table: "${Table.Arn}", manifest.Keys: "${KeysTable.Arn}"}[g.Resource]
		reads := may{"dynamodb:GetItem dynamodb:Query", arn, "kms:Decrypt kms:DescribeKey"}
		writes := may{
			"dynamodb:PutItem dynamodb:DeleteItem dynamodb:ConditionCheckItem", arn,
			"kms:Decrypt kms:DescribeKey kms:Encrypt kms:GenerateDataKey kms:ReEncryptFrom kms:ReEncryptTo",
		}
		return map[manifest.Access][]may{manifest.Read: {reads}, manifest.Write: {writes}, manifest.ReadWrite: {reads, writes}}[g.Access]
	case manifest.Uploads, manifest.Results, manifest.Checkpoints:
		bucket := "${" + logical(string(g.Resource)) + "Bucket.Arn}"
		reads := []may{{"s3:GetObject", bucket + "/*", read}, {"s3:ListBucket", bucket, ""}}
		writes := []may{{"s3:PutObject s3:DeleteObjectVersion s3:AbortMultipartUpload", bucket + "/*", write}, {"s3:ListBucketVersions", bucket, ""}}
		return map[manifest.Access][]may{
			manifest.Read: reads, manifest.Write: writes, manifest.ReadWrite: append(reads[:2:2], writes...),
			manifest.Add:     append(reads[:2:2], may{"s3:PutObject s3:AbortMultipartUpload", bucket + "/*", write}),
			manifest.Presign: {{"s3:PutObject", bucket + "/*", write}},
			manifest.Remove:  {{"s3:DeleteObjectVersion", bucket + "/*", read}},
		}[g.Access]
	case manifest.UploadsQueue, manifest.ChunksQueue:
		return []may{{"sqs:SendMessage", "${" + logical(string(g.Resource)) + ".Arn}", write}}
	case manifest.SubjectsKey:
		wraps, unwraps := may{actions: "kms:Encrypt", arn: subjectsKey}, may{actions: "kms:Decrypt", arn: subjectsKey}
		return map[manifest.Access][]may{manifest.Write: {wraps}, manifest.ReadWrite: {wraps, unwraps}}[g.Access]
	case manifest.Secrets:
		return map[manifest.Access][]may{
			manifest.Read: {{"secretsmanager:GetSecretValue", keysets, read}},
			manifest.Rotate: {{
				"secretsmanager:DescribeSecret secretsmanager:GetSecretValue secretsmanager:PutSecretValue secretsmanager:UpdateSecretVersionStage",
				keysets, write,
			}},
		}[g.Access]
	}
	return nil
}

// statements are all that the role of f may hold, in order.
func (c *checker) statements(f manifest.Function) []any {
	all := []may{
		{actions: "logs:CreateLogStream logs:PutLogEvents", arn: "${" + logical(f.Name) + "LogGroup.Arn}"},
		{actions: "xray:PutTraceSegments xray:PutTelemetryRecords", arn: "*"}, // the one * of all roles: these two know no resources
	}
	for _, g := range f.Grants {
		all = append(all, grants(g)...)
	}
	if f.Queue != nil {
		all = append(all, may{"sqs:ReceiveMessage sqs:DeleteMessage sqs:GetQueueAttributes", "${" + logical(f.Queue.Name) + "Queue.Arn}", "kms:Decrypt"})
	} else if name := ownQueue(f); name != "" {
		all = append(all, may{"sqs:SendMessage", "${" + logical(name) + "DeadLetterQueue.Arn}", "kms:Decrypt kms:GenerateDataKey"})
	}
	return allowed(all)
}

// allowed writes statements, the last of which is about the key: only through the services that need it.
func allowed(all []may) (statements []any) {
	uses, services := map[string]bool{}, map[string]bool{}
	for _, m := range all {
		actions := strings.Fields(m.actions)
		statement := shape{"Effect": "Allow", "Action": strs(actions...), "Resource": strs(m.arn)}
		if m.arn == subjectsKey { // only for somebody, whom CloudTrail then names by a pseudonym
			statement["Condition"] = shape{"StringLike": shape{"kms:EncryptionContext:tenant": "?*", "kms:EncryptionContext:subject": "sub_*"}}
		}
		statements = append(statements, statement)
		for _, use := range strings.Fields(m.key) {
			service, _, _ := strings.Cut(actions[0], ":")
			uses[use], services[service+".${AWS::Region}.${AWS::URLSuffix}"] = true, true
		}
	}
	return append(statements, shape{
		"Effect": "Allow", "Action": strs(slices.Sorted(maps.Keys(uses))...), "Resource": strs("${DataKey.Arn}"),
		"Condition": shape{"StringEquals": shape{"kms:ViaService": strs(slices.Sorted(maps.Keys(services))...)}},
	})
}

func assumedBy(service string) shape {
	return shape{"Effect": "Allow", "Principal": shape{"Service": service}, "Action": strs("sts:AssumeRole"), "Resource": list(nil)}
}

func (c *checker) logs() {
	groups := map[string]shape{}
	add := func(id string) {
		groups[id+"LogGroup"] = shape{"KmsKeyId": "${OperationsKey.Arn}", "RetentionInDays": float64(c.LogDays)}
	}
	for _, f := range c.Functions {
		add(logical(f.Name))
	}
	for _, id := range []string{"Api", "ApiExecution", "Firewall"} {
		add(id)
	}
	groups["ApiExecutionLogGroup"]["LogGroupName"] = "API-Gateway-Execution-Logs_${Api}/" + c.Stage // the name that API Gateway looks for
	groups["FirewallLogGroup"]["LogGroupName"] = "aws-waf-logs-" + c.Stack                          // the beginning that WAF asks for
	c.Exactly("AWS::Logs::LogGroup", template.ByName, groups)
	c.keeps("AWS::Logs::LogGroup")
}
