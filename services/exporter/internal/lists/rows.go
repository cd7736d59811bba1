// Package lists reads what an export holds, page by page, through the API's generated client.
package lists

import (
	"encoding/json"
	"strings"
	"time"

	apiv1 "github.com/fanfare-mail/fanfare/gen/go/fanfare/api/v1"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// Customer is a row of an export of customers. The tags name the columns, in CSV too.
type Customer struct {
	ID         string    `parquet:"customer_id"`
	ExternalID string    `parquet:"external_id"`
	Email      string    `parquet:"email"`
	FirstName  string    `parquet:"first_name"`
	LastName   string    `parquet:"last_name"`
	Locale     string    `parquet:"locale,dict"`
	Status     string    `parquet:"status,dict"`
	Suppressed string    `parquet:"suppressed,dict"`
	Attributes string    `parquet:"attributes"`
	CreatedAt  time.Time `parquet:"created_at,timestamp(millisecond)"`
	UpdatedAt  time.Time `parquet:"updated_at,timestamp(millisecond)"`
}

// Delivery is a row of an export of deliveries.
type Delivery struct {
	ID                string    `parquet:"delivery_id"`
	BlastID           string    `parquet:"blast_id,dict"`
	Sequence          int32     `parquet:"sequence"`
	CustomerID        string    `parquet:"customer_id"`
	Email             string    `parquet:"email"`
	State             string    `parquet:"state,dict"`
	Reason            string    `parquet:"reason,dict"`
	Attempt           int32     `parquet:"attempt"`
	ProviderMessageID string    `parquet:"provider_message_id,dict"`
	ChangedAt         time.Time `parquet:"changed_at,timestamp(millisecond)"`
}

// Activity is a row of an export of activities.
type Activity struct {
	CustomerID string    `parquet:"customer_id"`
	Kind       string    `parquet:"kind,dict"`
	DeliveryID string    `parquet:"delivery_id"`
	At         time.Time `parquet:"at,timestamp(millisecond)"`
	Data       string    `parquet:"data"`
}

func customerRow(c *apiv1.Customer) Customer {
	reasons := make([]string, len(c.GetSuppressed()))
	for index, reason := range c.GetSuppressed() {
		reasons[index] = word(reason.String(), "SUPPRESSION_REASON_")
	}
	return Customer{
		ID: c.GetId(), ExternalID: c.GetExternalId(), Email: c.GetEmail(), FirstName: c.GetFirstName(), LastName: c.GetLastName(), Locale: c.GetLocale(),
		Status: word(c.GetStatus().String(), "CUSTOMER_STATUS_"), Suppressed: strings.Join(reasons, " "), Attributes: jsonText(c.GetAttributes()),
		CreatedAt: moment(c.GetCreatedAt()), UpdatedAt: moment(c.GetUpdatedAt()),
	}
}

func deliveryRow(d *apiv1.Delivery) Delivery {
	return Delivery{
		ID: d.GetId(), BlastID: d.GetBlastId(), Sequence: int32(d.GetSequence()), CustomerID: d.GetCustomerId(), Email: d.GetEmail(),
		State: word(d.GetState().String(), "DELIVERY_STATE_"), Reason: d.GetReason(), Attempt: int32(d.GetAttempt()),
		ProviderMessageID: d.GetProviderMessageId(), ChangedAt: moment(d.GetChangedAt()),
	}
}

func activityRow(a *apiv1.Activity) Activity {
	return Activity{CustomerID: a.GetCustomerId(), Kind: a.GetKind(), DeliveryID: a.GetDeliveryId(), At: moment(a.GetAt()), Data: jsonText(a.GetData())}
}

// word makes in_doubt of DELIVERY_STATE_IN_DOUBT.
func word(name, prefix string) string { return strings.ToLower(strings.TrimPrefix(name, prefix)) }

// Milliseconds, so that CSV and Parquet say the same.
func moment(at *timestamppb.Timestamp) time.Time { return at.AsTime().Truncate(time.Millisecond) }

// jsonText is a map as JSON, its keys in order; empty for none.
func jsonText(values map[string]string) string {
	if len(values) == 0 {
		return ""
	}
	text, _ := json.Marshal(values) // A map of strings always can.
	return string(text)
}
