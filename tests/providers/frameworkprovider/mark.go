package frameworkprovider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// markAction is an action: it changes the value of an item that exists.
type markAction struct{ actionAccount }

type mark struct {
	Name types.String `tfsdk:"name"`
	Note types.String `tfsdk:"note"`
}

// Metadata names the type.
func (a *markAction) Metadata(_ context.Context, request action.MetadataRequest, response *action.MetadataResponse) {
	response.TypeName = request.ProviderTypeName + "_mark"
}

// Schema declares the arguments.
func (a *markAction) Schema(_ context.Context, _ action.SchemaRequest, response *action.SchemaResponse) {
	response.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"name": schema.StringAttribute{Required: true},
		"note": schema.StringAttribute{Required: true},
	}}
}

// ModifyPlan warns of an odd note.
func (a *markAction) ModifyPlan(
	ctx context.Context, request action.ModifyPlanRequest, response *action.ModifyPlanResponse,
) {
	var wanted mark
	response.Diagnostics.Append(request.Config.Get(ctx, &wanted)...)
	if wanted.Note.ValueString() == "dubious" {
		response.Diagnostics.AddWarning("Dubious note", "Somebody should look at it.")
	}
}

// Invoke says how far it is while it works.
func (a *markAction) Invoke(ctx context.Context, request action.InvokeRequest, response *action.InvokeResponse) {
	var wanted mark
	response.Diagnostics.Append(request.Config.Get(ctx, &wanted)...)
	name := wanted.Name.ValueString()
	response.SendProgress(action.InvokeProgressEvent{Message: "looking for " + name})
	found, err := a.cloud.Read(name)
	if err != nil || found == nil {
		response.Diagnostics.AddError("Nothing to mark", "There is no item '"+name+"'.")
		return
	}
	found.Tags = map[string]string{"mark": wanted.Note.ValueString()}
	if err := a.cloud.Write(name, *found); err != nil {
		response.Diagnostics.AddError("The cloud refused", err.Error())
		return
	}
	response.SendProgress(action.InvokeProgressEvent{Message: "marked " + name})
}
