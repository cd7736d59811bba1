package lists

import (
	"context"
	"net/http"

	"connectrpc.com/connect"
	apiv1 "github.com/fanfare-mail/fanfare/gen/go/fanfare/api/v1"
	"github.com/fanfare-mail/fanfare/gen/go/fanfare/api/v1/apiv1connect"
)

const (
	// The most that the API gives at once.
	pageRows = 1000
	// Blasts whose ids wait in the cursor; it travels with every checkpoint.
	blastsAhead = 100
)

// Cursor is where a reader is: enough to go on in another process. It holds ids and the API's own tokens.
type Cursor struct {
	Token string `json:"token,omitempty"`
	// For deliveries of all blasts: those whose ids are known and not read to their end (the token is within the first), and where the list
	// of blasts goes on.
	Blasts     []string `json:"blasts,omitempty"`
	BlastsNext string   `json:"blastsNext,omitempty"`
	Listed     bool     `json:"listed,omitempty"`
	Done       bool     `json:"done,omitempty"`
}

// Page reads the rows behind a cursor. A page may be empty and not the last.
type Page[T any] func(ctx context.Context, at Cursor) (rows []T, next Cursor, err error)

// Reader reads lists of one agency with a token that may change as it goes.
type Reader struct {
	customers  apiv1connect.CustomerServiceClient
	blasts     apiv1connect.BlastServiceClient
	activities apiv1connect.ActivityServiceClient
	spec       *apiv1.ExportSpec
}

// NewReader reads what spec names, with whatever token there is at each call.
func NewReader(client *http.Client, url string, spec *apiv1.ExportSpec, token func() string) *Reader {
	withToken := connect.WithInterceptors(connect.UnaryInterceptorFunc(func(next connect.UnaryFunc) connect.UnaryFunc {
		return func(ctx context.Context, request connect.AnyRequest) (connect.AnyResponse, error) {
			request.Header().Set("authorization", "Bearer "+token())
			return next(ctx, request)
		}
	}))
	return &Reader{
		customers:  apiv1connect.NewCustomerServiceClient(client, url, withToken),
		blasts:     apiv1connect.NewBlastServiceClient(client, url, withToken),
		activities: apiv1connect.NewActivityServiceClient(client, url, withToken),
		spec:       spec,
	}
}

func page(at Cursor) *apiv1.PageRequest { return &apiv1.PageRequest{Size: pageRows, Token: at.Token} }

// after is the cursor behind a page.
func after(at Cursor, page *apiv1.PageResponse) Cursor {
	at.Token = page.GetNextToken()
	at.Done = at.Token == ""
	return at
}

func rowsOf[M, T any](messages []M, row func(M) T) []T {
	rows := make([]T, len(messages))
	for index, message := range messages {
		rows[index] = row(message)
	}
	return rows
}

// Customers reads in order of creation.
func (r *Reader) Customers(ctx context.Context, at Cursor) ([]Customer, Cursor, error) {
	answer, err := r.customers.ListCustomers(ctx, connect.NewRequest(&apiv1.ListCustomersRequest{Page: page(at), ListId: r.spec.GetListId(), Search: r.spec.GetSearch()}))
	if err != nil {
		return nil, at, err
	}
	return rowsOf(answer.Msg.GetCustomers(), customerRow), after(at, answer.Msg.GetPage()), nil
}

// Activities reads the newest first; what happens after the first page is not in it.
func (r *Reader) Activities(ctx context.Context, at Cursor) ([]Activity, Cursor, error) {
	answer, err := r.activities.ListActivities(ctx, connect.NewRequest(&apiv1.ListActivitiesRequest{Page: page(at), CustomerId: r.spec.GetCustomerId()}))
	if err != nil {
		return nil, at, err
	}
	return rowsOf(answer.Msg.GetActivities(), activityRow), after(at, answer.Msg.GetPage()), nil
}

// Deliveries reads one blast by sequence, or blast by blast, the newest first.
func (r *Reader) Deliveries(ctx context.Context, at Cursor) ([]Delivery, Cursor, error) {
	if one := r.spec.GetBlastId(); one != "" {
		return r.deliveriesOf(ctx, one, at)
	}
	if len(at.Blasts) == 0 {
		next, err := r.listBlasts(ctx, at)
		return nil, next, err
	}
	rows, next, err := r.deliveriesOf(ctx, at.Blasts[0], at)
	if err != nil {
		return nil, at, err
	}
	if next.Done {
		next.Blasts = at.Blasts[1:]
		next.Done = len(next.Blasts) == 0 && next.Listed
	}
	return rows, next, nil
}

func (r *Reader) listBlasts(ctx context.Context, at Cursor) (Cursor, error) {
	answer, err := r.blasts.ListBlasts(ctx, connect.NewRequest(&apiv1.ListBlastsRequest{
		Page: &apiv1.PageRequest{Size: blastsAhead, Token: at.BlastsNext}, IncludeDirect: true,
	}))
	if err != nil {
		return at, err
	}
	at.Blasts = rowsOf(answer.Msg.GetBlasts(), (*apiv1.Blast).GetId)
	at.BlastsNext = answer.Msg.GetPage().GetNextToken()
	at.Listed = at.BlastsNext == ""
	at.Done = at.Listed && len(at.Blasts) == 0
	return at, nil
}

func (r *Reader) deliveriesOf(ctx context.Context, blastID string, at Cursor) ([]Delivery, Cursor, error) {
	answer, err := r.blasts.ListDeliveries(ctx, connect.NewRequest(&apiv1.ListDeliveriesRequest{
		BlastId: blastID, Page: page(at), State: r.spec.GetState(), Reason: r.spec.GetReason(),
	}))
	if err != nil {
		return nil, at, err
	}
	return rowsOf(answer.Msg.GetDeliveries(), deliveryRow), after(at, answer.Msg.GetPage()), nil
}
