package stack

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/jsii-runtime-go"
)

// addTables makes the one table, and one for people's keys. A destroyed key must not come back: the table of keys is the
// one thing that can not be taken back to an earlier time. That it is lost as a whole, deletion protection prevents.
func (b *builder) addTables() {
	b.table = b.newTable("Table", &awsdynamodb.PointInTimeRecoverySpecification{
		PointInTimeRecoveryEnabled: jsii.Bool(true), RecoveryPeriodInDays: jsii.Number(b.RecoveryDays),
	})
	b.keys = b.newTable("KeysTable", &awsdynamodb.PointInTimeRecoverySpecification{PointInTimeRecoveryEnabled: jsii.Bool(false)})
}

// newTable makes a table. Its attributes are those of storage/table/dynamotable; keys are binary, so that they order by
// their bytes, as in every other engine.
func (b *builder) newTable(id string, recovery *awsdynamodb.PointInTimeRecoverySpecification) awsdynamodb.Table {
	return awsdynamodb.NewTable(b.stack, jsii.String(id), &awsdynamodb.TableProps{
		PartitionKey:                     &awsdynamodb.Attribute{Name: jsii.String("pk"), Type: awsdynamodb.AttributeType_BINARY},
		SortKey:                          &awsdynamodb.Attribute{Name: jsii.String("sk"), Type: awsdynamodb.AttributeType_BINARY},
		TimeToLiveAttribute:              jsii.String("expires"),
		BillingMode:                      awsdynamodb.BillingMode_PAY_PER_REQUEST,
		Encryption:                       awsdynamodb.TableEncryption_CUSTOMER_MANAGED,
		EncryptionKey:                    b.dataKey,
		PointInTimeRecoverySpecification: recovery,
		DeletionProtection:               jsii.Bool(b.Keep),
		RemovalPolicy:                    b.removal(),
	})
}
