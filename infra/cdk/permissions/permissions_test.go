package permissions_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/customerai/customerai/infra/cdk/permissions"
	"github.com/customerai/customerai/shared/manifest"
)

var services = map[manifest.Resource]string{
	manifest.Table: "dynamodb", manifest.Keys: "dynamodb", manifest.SubjectsKey: "kms", manifest.Uploads: "s3", manifest.Results: "s3",
	manifest.Checkpoints: "s3", manifest.UploadsQueue: "sqs", manifest.ChunksQueue: "sqs", manifest.Secrets: "secretsmanager",
}

func TestEveryGrantOfTheManifestIsActionsOfItsServiceWithoutAWildcard(t *testing.T) {
	for _, f := range manifest.Functions {
		for _, grant := range f.Grants {
			permitted, known := permissions.Of(grant.Resource, grant.Access)
			if !known || len(permitted) == 0 {
				t.Errorf("%s: %s on %s permits nothing", f.Name, grant.Access, grant.Resource)
			}
			for _, p := range permitted {
				for _, action := range p.Actions {
					if !strings.HasPrefix(action, services[grant.Resource]+":") || strings.Contains(action, "*") {
						t.Errorf("%s: %s on %s permits %s", f.Name, grant.Access, grant.Resource, action)
					}
				}
				if p.Person != (grant.Resource == manifest.SubjectsKey) {
					t.Errorf("%s: %s on %s is for somebody: %t", f.Name, grant.Access, grant.Resource, p.Person)
				}
			}
		}
	}
}

func TestAGrantThatMakesNoSenseIsUnknown(t *testing.T) {
	for _, grant := range []manifest.Grant{
		{Resource: "cellar", Access: manifest.Read},
		{Resource: manifest.Secrets, Access: manifest.Write},
		{Resource: manifest.Uploads, Access: manifest.Send},
		{Resource: manifest.Checkpoints, Access: manifest.Write}, // it is written once
		{Resource: manifest.Keys, Access: manifest.Rotate},
	} {
		if permitted, known := permissions.Of(grant.Resource, grant.Access); known || permitted != nil {
			t.Errorf("%s on %s permits %+v", grant.Access, grant.Resource, permitted)
		}
	}
}

func TestWhoWritesAndDoesNotReadCannotRead(t *testing.T) {
	for _, resource := range []manifest.Resource{manifest.Table, manifest.Uploads, manifest.Results, manifest.SubjectsKey} {
		permitted, _ := permissions.Of(resource, manifest.Write)
		for _, p := range permitted {
			for _, reading := range []string{"dynamodb:GetItem", "dynamodb:Query", "s3:GetObject", "kms:Decrypt"} {
				if slices.Contains(p.Actions, reading) {
					t.Errorf("write on %s permits %s", resource, reading)
				}
			}
		}
	}
}

func TestAServiceMayUseTheDataKeyForWhatItDoesAndNoMore(t *testing.T) {
	all := func(resource manifest.Resource, access manifest.Access) []permissions.Permission {
		permitted, _ := permissions.Of(resource, access)
		return permitted
	}
	const (
		read, decrypt = "kms:Decrypt kms:DescribeKey", "kms:Decrypt"
		encrypt       = "kms:Decrypt kms:GenerateDataKey"
		table         = "kms:Decrypt kms:DescribeKey kms:Encrypt kms:GenerateDataKey kms:ReEncryptFrom kms:ReEncryptTo"
	)
	for name, test := range map[string]struct {
		permitted []permissions.Permission
		service   string
		want      string
	}{
		"a table that is read":               {all(manifest.Table, manifest.Read), "dynamodb", read},
		"a table that is written":            {all(manifest.Table, manifest.Write), "dynamodb", table},
		"a table that is read and written":   {all(manifest.Table, manifest.ReadWrite), "dynamodb", table},
		"objects that are read":              {all(manifest.Results, manifest.Read), "s3", decrypt},
		"objects that are written":           {all(manifest.Results, manifest.Write), "s3", encrypt},
		"a queue that is sent to":            {all(manifest.ChunksQueue, manifest.Send), "sqs", encrypt},
		"a queue that is consumed":           {[]permissions.Permission{permissions.QueueConsume}, "sqs", decrypt},
		"a secret that is read":              {all(manifest.Secrets, manifest.Read), "secretsmanager", decrypt},
		"another key":                        {all(manifest.SubjectsKey, manifest.ReadWrite), "", ""},
		"the names of objects, nothing else": {[]permissions.Permission{{Actions: []string{"s3:ListBucket"}}}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			uses := permissions.KeyUse{}
			for _, p := range test.permitted {
				uses.Add(p)
			}
			if test.service == "" {
				if len(uses) != 0 {
					t.Errorf("uses = %v, want none", uses)
				}
				return
			}
			if got := strings.Join(uses[test.service], " "); got != test.want || len(uses) != 1 {
				t.Errorf("uses = %v, want %s to %s", uses, test.service, test.want)
			}
		})
	}
}
