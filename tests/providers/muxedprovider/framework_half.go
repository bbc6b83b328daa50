package muxedprovider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"cellwright.dev/tests/providers/cloud"
	"cellwright.dev/tests/providers/frameworkprovider"
)

// frameworkHalf has all types of the framework's provider. Both halves must declare the same arguments, and leave
// them to be checked by the other one.
type frameworkHalf struct {
	*frameworkprovider.Provider
	sdk tfprotov6.ProviderServer
}

type settings struct {
	Folder  types.String `tfsdk:"folder"`
	Account types.String `tfsdk:"account"`
}

func newFrameworkHalf(sdk tfprotov6.ProviderServer) *frameworkHalf {
	return &frameworkHalf{frameworkprovider.New("muxed"), sdk}
}

func (h *frameworkHalf) Schema(_ context.Context, _ provider.SchemaRequest, response *provider.SchemaResponse) {
	response.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"folder":  schema.StringAttribute{Optional: true},
		"account": schema.StringAttribute{Optional: true},
	}}
}

func (h *frameworkHalf) ValidateConfig(
	context.Context, provider.ValidateConfigRequest, *provider.ValidateConfigResponse,
) {
}

func (h *frameworkHalf) Configure(
	ctx context.Context, request provider.ConfigureRequest, response *provider.ConfigureResponse,
) {
	var given settings
	response.Diagnostics.Append(request.Config.Get(ctx, &given)...)
	account := cloud.Open(given.Folder.ValueString(), given.Account.ValueString())
	response.ResourceData = account
	response.DataSourceData = account
	response.EphemeralResourceData = account
	response.ActionData = account
	response.ListResourceData = account
}

// ListResources adds a list of the SDK's resources, which the SDK itself can't offer.
func (h *frameworkHalf) ListResources(ctx context.Context) []func() list.ListResource {
	return append(h.Provider.ListResources(ctx), func() list.ListResource { return &thingList{sdk: h.sdk} })
}
