package frameworkprovider

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"cellwright.dev/tests/providers/cloud"
)

// States that come from elsewhere: imported, of an older version, or of another type.

// ImportState takes an item by its name, or by its identity.
func (r *itemResource) ImportState(
	ctx context.Context, request resource.ImportStateRequest, response *resource.ImportStateResponse,
) {
	name := request.ID
	if name == "" && request.Identity != nil {
		var identity itemIdentity
		response.Diagnostics.Append(request.Identity.Get(ctx, &identity)...)
		name = identity.Name.ValueString()
	}
	found, err := r.cloud.Read(name)
	if err != nil || found == nil {
		response.Diagnostics.AddError("Nothing to import", "There is no item '"+name+"'.")
		return
	}
	response.Diagnostics.Append(setNameAndID(ctx, &response.State, name)...)
	response.Diagnostics.Append(r.identify(ctx, response.Identity, name)...)
}

// UpgradeState knows version 0, in which the value was called content.
func (r *itemResource) UpgradeState(context.Context) map[int64]resource.StateUpgrader {
	before := schema.Schema{Attributes: map[string]schema.Attribute{
		"name":    schema.StringAttribute{Required: true},
		"content": schema.StringAttribute{Optional: true},
	}}
	return map[int64]resource.StateUpgrader{0: {PriorSchema: &before, StateUpgrader: upgradeFromContent}}
}

func upgradeFromContent(
	ctx context.Context, request resource.UpgradeStateRequest, response *resource.UpgradeStateResponse,
) {
	var name, content types.String
	response.Diagnostics.Append(request.State.GetAttribute(ctx, path.Root("name"), &name)...)
	response.Diagnostics.Append(request.State.GetAttribute(ctx, path.Root("content"), &content)...)
	response.Diagnostics.Append(response.State.Set(ctx, item{
		Name:     name,
		Value:    content,
		ID:       types.StringValue(cloud.Digest(name.ValueString())),
		Tags:     types.MapNull(types.StringType),
		Anything: types.DynamicNull(),
		Options:  types.ObjectNull(optionsAttribute().GetType().(types.ObjectType).AttrTypes),
		Rule:     types.ListNull(ruleBlock().NestedObject.Type()),
	})...)
}

// UpgradeIdentity knows version 0, which had no account.
func (r *itemResource) UpgradeIdentity(context.Context) map[int64]resource.IdentityUpgrader {
	before := identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"name": identityschema.StringAttribute{RequiredForImport: true},
	}}
	return map[int64]resource.IdentityUpgrader{0: {PriorSchema: &before, IdentityUpgrader: upgradeFromName}}
}

func upgradeFromName(
	ctx context.Context, request resource.UpgradeIdentityRequest, response *resource.UpgradeIdentityResponse,
) {
	var name types.String
	response.Diagnostics.Append(request.Identity.GetAttribute(ctx, path.Root("name"), &name)...)
	response.Diagnostics.Append(response.Identity.Set(ctx, itemIdentity{types.StringValue("default"), name})...)
}

// MoveState takes over a resource of any other type that has a name.
func (r *itemResource) MoveState(context.Context) []resource.StateMover {
	return []resource.StateMover{{StateMover: moveByName}}
}

func moveByName(ctx context.Context, request resource.MoveStateRequest, response *resource.MoveStateResponse) {
	var source struct {
		Name string `json:"name"`
	}
	if err := json.Unmarshal(request.SourceRawState.JSON, &source); err != nil || source.Name == "" {
		return
	}
	response.Diagnostics.Append(setNameAndID(ctx, &response.TargetState, source.Name)...)
}

func setNameAndID(ctx context.Context, state *tfsdk.State, name string) diag.Diagnostics {
	problems := state.SetAttribute(ctx, path.Root("name"), name)
	problems.Append(state.SetAttribute(ctx, path.Root("id"), cloud.Digest(name))...)
	return problems
}
