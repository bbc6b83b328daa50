// Package frameworkprovider is a provider written with terraform-plugin-framework. It has one of everything that
// the framework offers.
package frameworkprovider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"cellwright.dev/tests/providers/cloud"
	"cellwright.dev/tests/providers/plugin"
)

// Provider declares types whose names begin with its own.
type Provider struct {
	name string
	// start is a part of the schema of items.
	start string
}

// New returns a provider of that name.
func New(name string) *Provider {
	return &Provider{name: name, start: plugin.Start()}
}

// Settings is the provider's configuration.
type Settings struct {
	Folder   types.String  `tfsdk:"folder"`
	Account  types.String  `tfsdk:"account"`
	Password types.String  `tfsdk:"password"`
	Seconds  types.Float64 `tfsdk:"configure_seconds"`
	CrashIn  types.String  `tfsdk:"crash_in"`
	Deferred types.Bool    `tfsdk:"deferred"`
	Endpoint []Endpoint    `tfsdk:"endpoint"`
}

// Endpoint is a nested block of the provider's configuration.
type Endpoint struct {
	Service types.String `tfsdk:"service"`
	Address types.String `tfsdk:"address"`
}

// Metadata names the provider.
func (p *Provider) Metadata(_ context.Context, _ provider.MetadataRequest, response *provider.MetadataResponse) {
	response.TypeName = p.name
}

// Schema declares the provider's arguments.
func (p *Provider) Schema(_ context.Context, _ provider.SchemaRequest, response *provider.SchemaResponse) {
	response.Schema = schema.Schema{
		Attributes: map[string]schema.Attribute{
			"folder":            schema.StringAttribute{Required: true, Description: "Where items are stored."},
			"account":           schema.StringAttribute{Optional: true},
			"password":          schema.StringAttribute{Optional: true, Sensitive: true},
			"configure_seconds": schema.Float64Attribute{Optional: true, Description: "How long Configure takes."},
			"crash_in":          schema.StringAttribute{Optional: true, Description: "The call that crashes."},
			"deferred":          schema.BoolAttribute{Optional: true, Description: "Defer all, where that is allowed."},
		},
		Blocks: map[string]schema.Block{
			"endpoint": schema.ListNestedBlock{NestedObject: schema.NestedBlockObject{
				Attributes: map[string]schema.Attribute{
					"service": schema.StringAttribute{Required: true},
					"address": schema.StringAttribute{Optional: true},
				},
			}},
		},
	}
}

// ValidateConfig finds a misspelled account without the cloud.
func (p *Provider) ValidateConfig(
	ctx context.Context, request provider.ValidateConfigRequest, response *provider.ValidateConfigResponse,
) {
	var settings Settings
	response.Diagnostics.Append(request.Config.Get(ctx, &settings)...)
	switch settings.Account.ValueString() {
	case "wrong":
		response.Diagnostics.AddError("Invalid account", "'wrong' is no account.")
	case "old":
		response.Diagnostics.AddWarning("Deprecated account", "'old' will go away.")
	}
}

// Configure opens the account.
func (p *Provider) Configure(
	ctx context.Context, request provider.ConfigureRequest, response *provider.ConfigureResponse,
) {
	var settings Settings
	response.Diagnostics.Append(request.Config.Get(ctx, &settings)...)
	plugin.CrashIn(settings.CrashIn.ValueString())
	if err := plugin.Wait(ctx, settings.Seconds.ValueFloat64()); err != nil {
		response.Diagnostics.AddError("Interrupted", err.Error())
	}
	if settings.Account.ValueString() == "closed" {
		response.Diagnostics.AddError("Account closed", "The account 'closed' is closed.")
	}
	if settings.Deferred.ValueBool() && request.ClientCapabilities.DeferralAllowed {
		response.Deferred = &provider.Deferred{Reason: provider.DeferredReasonProviderConfigUnknown}
	}
	account := cloud.Open(settings.Folder.ValueString(), settings.Account.ValueString())
	response.ResourceData = account
	response.DataSourceData = account
	response.EphemeralResourceData = account
	response.ActionData = account
	response.ListResourceData = account
}

// Resources lists the resource types.
func (p *Provider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return &itemResource{start: p.start} }}
}

// DataSources lists the data sources.
func (p *Provider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{func() datasource.DataSource { return &itemLookup{} }}
}

// EphemeralResources lists the ephemeral resources.
func (p *Provider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{func() ephemeral.EphemeralResource { return &token{} }}
}

// Functions lists the functions.
func (p *Provider) Functions(context.Context) []func() function.Function {
	return []func() function.Function{func() function.Function { return shout{} }}
}

// Actions lists the actions.
func (p *Provider) Actions(context.Context) []func() action.Action {
	return []func() action.Action{func() action.Action { return &markAction{} }}
}

// ListResources lists the resource types whose objects can be listed.
func (p *Provider) ListResources(context.Context) []func() list.ListResource {
	return []func() list.ListResource{func() list.ListResource { return &itemList{} }}
}
