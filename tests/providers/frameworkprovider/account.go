package frameworkprovider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"cellwright.dev/tests/providers/cloud"
)

// account is what Configure has opened. The data is nil where the provider isn't configured: for a validation.
type account struct {
	cloud *cloud.Cloud
}

func (a *account) open(data any) {
	if opened, ok := data.(*cloud.Cloud); ok {
		a.cloud = opened
	}
}

// The framework has a request of its own for each kind of thing.

type resourceAccount struct{ account }

func (a *resourceAccount) Configure(
	_ context.Context, request resource.ConfigureRequest, _ *resource.ConfigureResponse,
) {
	a.open(request.ProviderData)
}

type dataSourceAccount struct{ account }

func (a *dataSourceAccount) Configure(
	_ context.Context, request datasource.ConfigureRequest, _ *datasource.ConfigureResponse,
) {
	a.open(request.ProviderData)
}

type ephemeralAccount struct{ account }

func (a *ephemeralAccount) Configure(
	_ context.Context, request ephemeral.ConfigureRequest, _ *ephemeral.ConfigureResponse,
) {
	a.open(request.ProviderData)
}

type actionAccount struct{ account }

func (a *actionAccount) Configure(
	_ context.Context, request action.ConfigureRequest, _ *action.ConfigureResponse,
) {
	a.open(request.ProviderData)
}
