package managersecrets

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/smithy-go"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/trust/secrets/rotation"
)

// Versions is the rotation.Store of one secret. Make it with OpenVersions.
type Versions struct {
	client *secretsmanager.Client
	id     string
}

// OpenVersions returns the versions of the secret with that name or ARN. It asks nothing of the store.
func OpenVersions(config aws.Config, id string) *Versions {
	return &Versions{secretsmanager.NewFromConfig(config), id}
}

// Labels implements rotation.Store.
func (v *Versions) Labels(ctx context.Context, version string) ([]string, error) {
	output, err := v.client.DescribeSecret(ctx, &secretsmanager.DescribeSecretInput{SecretId: &v.id})
	if err != nil {
		return nil, coded(err)
	}
	return output.VersionIdsToStages[version], nil
}

// Read implements rotation.Store.
func (v *Versions) Read(ctx context.Context, version string) (document []byte, id string, err error) {
	input := &secretsmanager.GetSecretValueInput{SecretId: &v.id}
	if version != "" {
		input.VersionId = &version
	}
	output, err := v.client.GetSecretValue(ctx, input)
	if err != nil {
		return nil, "", coded(err)
	}
	if output.SecretString == nil {
		return nil, "", errs.New(errs.NotFound, "the version is empty, or binary")
	}
	return []byte(*output.SecretString), aws.ToString(output.VersionId), nil
}

// Put implements rotation.Store. The version's id is the request's token, so that a repeat of the client is no second put.
func (v *Versions) Put(ctx context.Context, version string, document []byte) error {
	_, err := v.client.PutSecretValue(ctx, &secretsmanager.PutSecretValueInput{
		SecretId: &v.id, ClientRequestToken: &version, SecretString: aws.String(string(document)), VersionStages: []string{rotation.LabelPending},
	})
	return coded(err)
}

// Promote implements rotation.Store. Secrets Manager compares: the label moves from the version that is named, or not at all.
func (v *Versions) Promote(ctx context.Context, version, instead string) error {
	_, err := v.client.UpdateSecretVersionStage(ctx, &secretsmanager.UpdateSecretVersionStageInput{
		SecretId: &v.id, VersionStage: aws.String(rotation.LabelCurrent), MoveToVersionId: &version, RemoveFromVersionId: &instead,
	})
	if e, ok := errors.AsType[smithy.APIError](err); ok && e.ErrorCode() == "InvalidParameterException" {
		return errs.Wrap(errs.Conflict, "another document is in force by now", reason(err))
	}
	return coded(err)
}

// Abandon implements rotation.Store.
func (v *Versions) Abandon(ctx context.Context, version string) error {
	_, err := v.client.UpdateSecretVersionStage(ctx, &secretsmanager.UpdateSecretVersionStageInput{
		SecretId: &v.id, VersionStage: aws.String(rotation.LabelPending), RemoveFromVersionId: &version,
	})
	return coded(err)
}

// coded keeps the service's code and nothing of its message; see reason.
func coded(err error) error {
	if err == nil {
		return nil
	}
	code := errs.Unavailable
	if e, ok := errors.AsType[smithy.APIError](err); ok && e.ErrorCode() == "ResourceNotFoundException" {
		code = errs.NotFound
	}
	return errs.Wrap(code, "the secret's versions", reason(err))
}
