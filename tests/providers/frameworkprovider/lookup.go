package frameworkprovider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// itemLookup is a data source: an item that exists.
type itemLookup struct{ dataSourceAccount }

type foundItem struct {
	Name   types.String `tfsdk:"name"`
	Value  types.String `tfsdk:"value"`
	MadeBy types.String `tfsdk:"made_by"`
}

// Metadata names the type.
func (d *itemLookup) Metadata(
	_ context.Context, request datasource.MetadataRequest, response *datasource.MetadataResponse,
) {
	response.TypeName = request.ProviderTypeName + "_item"
}

// Schema declares the attributes.
func (d *itemLookup) Schema(_ context.Context, _ datasource.SchemaRequest, response *datasource.SchemaResponse) {
	response.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"name":    schema.StringAttribute{Required: true},
		"value":   schema.StringAttribute{Computed: true},
		"made_by": schema.StringAttribute{Computed: true},
	}}
}

// Read finds the item.
func (d *itemLookup) Read(ctx context.Context, request datasource.ReadRequest, response *datasource.ReadResponse) {
	var wanted foundItem
	response.Diagnostics.Append(request.Config.Get(ctx, &wanted)...)
	found, err := d.cloud.Read(wanted.Name.ValueString())
	if err != nil || found == nil {
		response.Diagnostics.AddError("No such item", "There is no item '"+wanted.Name.ValueString()+"'.")
		return
	}
	wanted.Value, wanted.MadeBy = types.StringValue(found.Value), types.StringValue(found.MadeBy)
	response.Diagnostics.Append(response.State.Set(ctx, wanted)...)
}
