package posture

import "github.com/customerai/customerai/infra/cdk/template"

// keys: three keys that rotate, each open to the account and to the services that need it, on behalf of this account.
func (c *checker) keys() {
	account := shape{"AWS": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}
	owner := shape{"Effect": "Allow", "Principal": account, "Action": strs("kms:*"), "Resource": strs("*")}
	thisAccount := shape{"StringEquals": shape{"aws:SourceAccount": "${AWS::AccountId}"}}
	service := func(name string, condition shape, actions ...string) shape {
		return shape{"Effect": "Allow", "Principal": shape{"Service": name}, "Action": strs(actions...), "Resource": strs("*"), "Condition": condition}
	}
	key := func(statements ...any) shape {
		return shape{"EnableKeyRotation": true, "PendingWindowInDays": 30.0, "KeyPolicy": policy(statements...)}
	}
	logs := shape{"ArnLike": shape{"kms:EncryptionContext:aws:logs:arn": "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:*"}}
	c.Exactly("AWS::KMS::Key", template.ByName, map[string]shape{
		"SubjectsKey": key(owner),
		"DataKey":     key(owner, service("s3.amazonaws.com", thisAccount, "kms:Decrypt", "kms:GenerateDataKey")),
		"OperationsKey": key(owner,
			service("logs.${AWS::Region}.${AWS::URLSuffix}", logs, "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey",
				"kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo"),
			service("cloudwatch.amazonaws.com", thisAccount, "kms:Decrypt", "kms:GenerateDataKey")),
	})
	c.Exactly("AWS::KMS::Alias", template.ByName, map[string]shape{
		"SubjectsKeyAlias": {"TargetKeyId": "${SubjectsKey.Arn}"},
		"DataKeyAlias":     {"TargetKeyId": "${DataKey.Arn}"}, "OperationsKeyAlias": {"TargetKeyId": "${OperationsKey.Arn}"},
	})
	c.keeps("AWS::KMS::Key")
}

// data: tables, buckets and secret are encrypted with our key, come back after a mistake, and outlive the stack.
func (c *checker) data() {
	table := func(recovery shape) shape {
		return shape{
			"AttributeDefinitions":             list{shape{"AttributeName": "pk", "AttributeType": "B"}, shape{"AttributeName": "sk", "AttributeType": "B"}},
			"KeySchema":                        list{shape{"AttributeName": "pk", "KeyType": "HASH"}, shape{"AttributeName": "sk", "KeyType": "RANGE"}},
			"BillingMode":                      "PAY_PER_REQUEST",
			"DeletionProtectionEnabled":        c.Keep,
			"PointInTimeRecoverySpecification": recovery,
			"SSESpecification":                 shape{"SSEEnabled": true, "SSEType": "KMS", "KMSMasterKeyId": "${DataKey.Arn}"},
			"TimeToLiveSpecification":          shape{"AttributeName": "expires", "Enabled": true},
		}
	}
	c.Exactly("AWS::DynamoDB::Table", template.ByName, map[string]shape{
		"Table":     table(shape{"PointInTimeRecoveryEnabled": true, "RecoveryPeriodInDays": float64(c.RecoveryDays)}),
		"KeysTable": table(shape{"PointInTimeRecoveryEnabled": false}), // destroyed keys must not come back
	})
	c.buckets()
	c.Exactly("AWS::SecretsManager::Secret", template.ByName, map[string]shape{"Secrets": {"KmsKeyId": "${DataKey.Arn}"}})
	c.keeps("AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SecretsManager::Secret")
}

func (c *checker) buckets() {
	uploads := c.bucket("uploads", 30, 1)
	for _, f := range c.Functions {
		if f.Queue != nil && f.Queue.Uploads {
			queue := logical(f.Queue.Name) + "Queue"
			uploads["NotificationConfiguration"] = shape{"QueueConfigurations": list{shape{"Event": "s3:ObjectCreated:*", "Queue": "${" + queue + ".Arn}"}}}
			c.After("UploadsBucket", queue+"Policy")
		}
	}
	if len(c.Origins) > 0 {
		uploads["CorsConfiguration"] = shape{"CorsRules": list{shape{
			"AllowedMethods": strs("PUT"), "AllowedOrigins": strs(c.Origins...), "AllowedHeaders": strs("content-type", "if-none-match", "x-amz-*"), "MaxAge": 600.0,
		}}}
	}
	accessLogs := c.bucket("", 365, c.RecoveryDays)
	accessLogs["BucketEncryption"] = encryption(shape{"ServerSideEncryptionByDefault": shape{"SSEAlgorithm": "AES256"}})
	c.Exactly("AWS::S3::Bucket", template.ByName, map[string]shape{
		"UploadsBucket": uploads, "ResultsBucket": c.bucket("results", 365, c.RecoveryDays), "AccessLogsBucket": accessLogs, "CheckpointsBucket": c.checkpoints(),
	})
	c.Exactly("AWS::S3::BucketPolicy", template.ByName, map[string]shape{
		"UploadsBucketPolicy": bucketPolicy("UploadsBucket"), "ResultsBucketPolicy": bucketPolicy("ResultsBucket"), "CheckpointsBucketPolicy": bucketPolicy("CheckpointsBucket", once("CheckpointsBucket")),
		"AccessLogsBucketPolicy": bucketPolicy("AccessLogsBucket", accessLogsOf("Uploads", "uploads"), accessLogsOf("Results", "results"), accessLogsOf("Checkpoints", "checkpoints")),
	})
}

// checkpoints is written once: a version stays for as long as it is locked, and nothing expires.
func (c *checker) checkpoints() shape {
	b := c.bucket("checkpoints", 0, c.RecoveryDays)
	b["ObjectLockEnabled"] = true
	b["ObjectLockConfiguration"] = shape{
		"ObjectLockEnabled": "Enabled", "Rule": shape{"DefaultRetention": shape{"Days": float64(c.AuditDays), "Mode": "COMPLIANCE"}},
	}
	return b
}

// bucket keeps its objects for some days, or for good when that is 0, and more days when they were overwritten.
func (c *checker) bucket(logs string, days float64, more int) shape {
	rules := list{
		shape{"Status": "Enabled", "AbortIncompleteMultipartUpload": shape{"DaysAfterInitiation": 1.0}},
		shape{"Status": "Enabled", "ExpirationInDays": days},
		shape{"Status": "Enabled", "NoncurrentVersionExpiration": shape{"NoncurrentDays": float64(more)}},
	}
	if days == 0 {
		rules = append(rules[:1:1], rules[2])
	}
	b := shape{
		"BucketEncryption": encryption(shape{
			"BucketKeyEnabled":              true,
			"ServerSideEncryptionByDefault": shape{"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "${DataKey.Arn}"},
		}),
		"PublicAccessBlockConfiguration": shape{"BlockPublicAcls": true, "BlockPublicPolicy": true, "IgnorePublicAcls": true, "RestrictPublicBuckets": true},
		"OwnershipControls":              shape{"Rules": list{shape{"ObjectOwnership": "BucketOwnerEnforced"}}},
		"VersioningConfiguration":        shape{"Status": "Enabled"},
		"LifecycleConfiguration":         shape{"Rules": rules},
	}
	if logs != "" {
		b["LoggingConfiguration"] = shape{"DestinationBucketName": "${AccessLogsBucket}", "LogFilePrefix": logs + "/"}
	}
	return b
}

func encryption(rule shape) shape {
	return shape{"ServerSideEncryptionConfiguration": list{rule}}
}

// bucketPolicy refuses everybody without TLS, and with a TLS older than 1.2.
func bucketPolicy(bucket string, more ...any) shape {
	arn := "${" + bucket + ".Arn}"
	deny := func(condition shape) shape {
		return shape{"Effect": "Deny", "Principal": shape{"AWS": "*"}, "Action": strs("s3:*"), "Resource": strs(arn, arn+"/*"), "Condition": condition}
	}
	statements := append(list{
		deny(shape{"Bool": shape{"aws:SecureTransport": "false"}}), deny(shape{"NumericLessThan": shape{"s3:TlsVersion": 1.2}}),
	}, more...)
	return shape{"Bucket": "${" + bucket + "}", "PolicyDocument": policy(statements...)}
}

// once refuses everybody who would put an object where there may be one already.
func once(bucket string) shape {
	return shape{
		"Effect": "Deny", "Principal": shape{"AWS": "*"}, "Action": strs("s3:PutObject"), "Resource": strs("${" + bucket + ".Arn}/*"),
		"Condition": shape{"Null": shape{"s3:if-none-match": "true"}, "Bool": shape{"s3:ObjectCreationOperation": "true"}},
	}
}

func accessLogsOf(bucket, prefix string) shape {
	return shape{
		"Effect": "Allow", "Principal": shape{"Service": "logging.s3.amazonaws.com"}, "Action": strs("s3:PutObject"),
		"Resource": strs("${AccessLogsBucket.Arn}/" + prefix + "/*"),
		"Condition": shape{
			"ArnLike": shape{"aws:SourceArn": "${" + bucket + "Bucket.Arn}"}, "StringEquals": shape{"aws:SourceAccount": "${AWS::AccountId}"},
		},
	}
}

func policy(statements ...any) shape {
	return shape{"Version": "2012-10-17", "Statement": statements}
}
