package stack

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssecretsmanager"
	"github.com/aws/jsii-runtime-go"

	"github.com/customerai/customerai/infra/cdk/deployment"
)

// rotationDays is how often keysets get a new key. The alarm on the secret's age allows three of them.
const rotationDays = 30

// addSecret makes the secret without a value: CloudFormation never sees one, and no function starts before
// `aws secretsmanager put-secret-value` has filled it. Its Id is its ARN.
func (b *builder) addSecret() {
	b.secret = awssecretsmanager.NewCfnSecret(b.stack, jsii.String("Secrets"), &awssecretsmanager.CfnSecretProps{
		KmsKeyId:    b.dataKey.KeyArn(),
		Description: jsii.String("One JSON document with the keysets and the clients. No function starts before it is filled."),
	})
	b.secret.ApplyRemovalPolicy(b.removal(), nil)
}

// addRotation has Secrets Manager call the manifest's rotation function.
func (b *builder) addRotation() {
	for _, f := range b.Functions {
		if !f.Rotation {
			continue
		}
		function := b.functions[f.Name]
		permission := awslambda.NewCfnPermission(b.stack, jsii.String(deployment.LogicalID(f.Name)+"Permission"), &awslambda.CfnPermissionProps{
			Action: jsii.String("lambda:InvokeFunction"), FunctionName: function.FunctionArn(),
			Principal: jsii.String("secretsmanager.amazonaws.com"), SourceAccount: b.stack.Account(),
		})
		schedule := awssecretsmanager.NewCfnRotationSchedule(b.stack, jsii.String(deployment.LogicalID(f.Name)+"Schedule"), &awssecretsmanager.CfnRotationScheduleProps{
			SecretId: b.secret.AttrId(), RotationLambdaArn: function.FunctionArn(),
			// The secret has no value yet when the stack is made.
			RotateImmediatelyOnUpdate: jsii.Bool(false),
			RotationRules:             &awssecretsmanager.CfnRotationSchedule_RotationRulesProperty{AutomaticallyAfterDays: jsii.Number(rotationDays)},
		})
		schedule.Node().AddDependency(permission)
	}
}

// allow is a statement without conditions.
func allow(sid string, actions []string, resources ...*string) awsiam.PolicyStatement {
	return awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid: jsii.String(sid), Actions: jsii.Strings(actions...), Resources: &resources,
	})
}
