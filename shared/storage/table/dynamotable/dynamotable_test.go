package dynamotable_test

import (
	"crypto/rand"
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/storage/table/dynamotable"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/storage/table/tabletest"
	"github.com/customerai/customerai/shared/testkit/emulators"
	"github.com/customerai/customerai/shared/testkit/race"
)

// create makes a table as the template does, but for its time to live: the emulator's clock is not the test's.
func create(t *testing.T, config aws.Config) string {
	t.Helper()
	name := "test-" + rand.Text()
	attribute := func(name string) types.AttributeDefinition {
		return types.AttributeDefinition{AttributeName: aws.String(name), AttributeType: types.ScalarAttributeTypeB}
	}
	_, err := dynamodb.NewFromConfig(config).CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: aws.String(name), BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{attribute(dynamotable.PartitionAttribute), attribute(dynamotable.SortAttribute)},
		KeySchema: []types.KeySchemaElement{
			{AttributeName: aws.String(dynamotable.PartitionAttribute), KeyType: types.KeyTypeHash},
			{AttributeName: aws.String(dynamotable.SortAttribute), KeyType: types.KeyTypeRange},
		},
	})
	if err != nil {
		t.Fatalf("create the table: %v", err)
	}
	return name
}

// What is deployed is made elsewhere; this holds its names and types to what the engine sends.
func TestTheTemplateMakesThisTable(t *testing.T) {
	template, err := os.ReadFile("../../../../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(string(template)), " ")
	for _, want := range []string{
		"AttributeName: " + dynamotable.PartitionAttribute + " AttributeType: B",
		"AttributeName: " + dynamotable.SortAttribute + " AttributeType: B",
		"AttributeName: " + dynamotable.PartitionAttribute + " KeyType: HASH",
		"AttributeName: " + dynamotable.SortAttribute + " KeyType: RANGE",
		"TimeToLiveSpecification: AttributeName: " + dynamotable.ExpiresAttribute + " Enabled: true",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("template.yaml does not say %q", want)
		}
	}
}

func open(t *testing.T, now func() time.Time) table.Table {
	config := emulators.DynamoDB(t)
	return dynamotable.Open(config, create(t, config), now)
}

func TestItIsATable(t *testing.T) { tabletest.Run(t, open) }

var hundreds = flag.Int("hundreds", 1, "hundreds of random sequences of operations; ten take most of a minute")

func TestItAgreesWithTheTableInMemory(t *testing.T) {
	race.Skip(t, "only slows one goroutine")
	tabletest.Agree(t, *hundreds, open, func(_ *testing.T, now func() time.Time) table.Table { return memtable.New(now) })
}
