package frameworkprovider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"cellwright.dev/tests/providers/cloud"
)

// itemList lists the items that exist.
type itemList struct{ resourceAccount }

type itemQuery struct {
	Prefix types.String `tfsdk:"prefix"`
}

// Metadata names the type: that of the resources which are listed.
func (l *itemList) Metadata(
	_ context.Context, request resource.MetadataRequest, response *resource.MetadataResponse,
) {
	response.TypeName = request.ProviderTypeName + "_item"
}

// ListResourceConfigSchema declares the arguments.
func (l *itemList) ListResourceConfigSchema(
	_ context.Context, _ list.ListResourceSchemaRequest, response *list.ListResourceSchemaResponse,
) {
	response.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"prefix": schema.StringAttribute{Optional: true},
	}}
}

// List sends one item after the other.
func (l *itemList) List(ctx context.Context, request list.ListRequest, stream *list.ListResultsStream) {
	var query itemQuery
	problems := request.Config.Get(ctx, &query)
	names, err := l.cloud.Names()
	if err != nil {
		problems.AddError("The cloud is unreadable", err.Error())
	}
	if problems.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(problems)
		return
	}
	stream.Results = func(push func(list.ListResult) bool) {
		for _, name := range names {
			if strings.HasPrefix(name, query.Prefix.ValueString()) && !push(l.result(ctx, request, name)) {
				return
			}
		}
	}
}

func (l *itemList) result(ctx context.Context, request list.ListRequest, name string) list.ListResult {
	result := request.NewListResult(ctx)
	result.DisplayName = "item " + name
	identity := itemIdentity{types.StringValue(l.cloud.Account), types.StringValue(name)}
	result.Diagnostics.Append(result.Identity.Set(ctx, identity)...)
	if request.IncludeResource {
		result.Diagnostics.Append(fill(ctx, &result, name)...)
	}
	return result
}

func fill(ctx context.Context, result *list.ListResult, name string) diag.Diagnostics {
	problems := result.Resource.SetAttribute(ctx, path.Root("name"), name)
	problems.Append(result.Resource.SetAttribute(ctx, path.Root("id"), cloud.Digest(name))...)
	return problems
}
