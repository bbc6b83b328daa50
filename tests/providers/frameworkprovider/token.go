package frameworkprovider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// token is an ephemeral resource: it is opened, renewed while Terraform uses it, and closed.
type token struct{ ephemeralAccount }

type openToken struct {
	Name       types.String  `tfsdk:"name"`
	RenewAfter types.Float64 `tfsdk:"renew_after"`
	Token      types.String  `tfsdk:"token"`
}

// Metadata names the type.
func (t *token) Metadata(_ context.Context, request ephemeral.MetadataRequest, response *ephemeral.MetadataResponse) {
	response.TypeName = request.ProviderTypeName + "_token"
}

// Schema declares the attributes.
func (t *token) Schema(_ context.Context, _ ephemeral.SchemaRequest, response *ephemeral.SchemaResponse) {
	response.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"name":        schema.StringAttribute{Required: true},
		"renew_after": schema.Float64Attribute{Optional: true, Description: "Seconds until it must be renewed."},
		"token":       schema.StringAttribute{Computed: true, Sensitive: true},
	}}
}

// Open makes a token.
func (t *token) Open(ctx context.Context, request ephemeral.OpenRequest, response *ephemeral.OpenResponse) {
	var wanted openToken
	response.Diagnostics.Append(request.Config.Get(ctx, &wanted)...)
	wanted.Token = types.StringValue("token-of-" + wanted.Name.ValueString())
	if !wanted.RenewAfter.IsNull() {
		response.RenewAt = time.Now().Add(time.Duration(wanted.RenewAfter.ValueFloat64() * float64(time.Second)))
	}
	response.Diagnostics.Append(response.Result.Set(ctx, wanted)...)
}

// Renew keeps a token valid for an hour more.
func (t *token) Renew(_ context.Context, _ ephemeral.RenewRequest, response *ephemeral.RenewResponse) {
	response.RenewAt = time.Now().Add(time.Hour)
}

// Close ends a token.
func (t *token) Close(context.Context, ephemeral.CloseRequest, *ephemeral.CloseResponse) {}
