package frameworkprovider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"cellwright.dev/tests/providers/cloud"
	"cellwright.dev/tests/providers/plugin"
)

// itemResource makes, changes and removes items.
type itemResource struct {
	resourceAccount
	start string
}

// Metadata names the type.
func (r *itemResource) Metadata(
	_ context.Context, request resource.MetadataRequest, response *resource.MetadataResponse,
) {
	response.TypeName = request.ProviderTypeName + "_item"
}

// ValidateConfig has an error and a warning to give.
func (r *itemResource) ValidateConfig(
	ctx context.Context, request resource.ValidateConfigRequest, response *resource.ValidateConfigResponse,
) {
	var name, value types.String
	response.Diagnostics.Append(request.Config.GetAttribute(ctx, path.Root("name"), &name)...)
	response.Diagnostics.Append(request.Config.GetAttribute(ctx, path.Root("value"), &value)...)
	if !name.IsUnknown() && name.ValueString() == "" {
		response.Diagnostics.AddAttributeError(path.Root("name"), "Empty name", "An item needs a name.")
	}
	if value.ValueString() == "dubious" {
		response.Diagnostics.AddAttributeWarning(path.Root("value"), "Dubious value", "Somebody should look at it.")
	}
}

// ModifyPlan defers items that can't be planned yet. Their names begin with "later".
func (r *itemResource) ModifyPlan(
	ctx context.Context, request resource.ModifyPlanRequest, response *resource.ModifyPlanResponse,
) {
	if request.Plan.Raw.IsNull() || !request.ClientCapabilities.DeferralAllowed {
		return
	}
	var name types.String
	response.Diagnostics.Append(request.Plan.GetAttribute(ctx, path.Root("name"), &name)...)
	if strings.HasPrefix(name.ValueString(), "later") {
		response.Deferred = &resource.Deferred{Reason: resource.DeferredReasonAbsentPrereq}
	}
}

// Create makes an item.
func (r *itemResource) Create(
	ctx context.Context, request resource.CreateRequest, response *resource.CreateResponse,
) {
	response.Diagnostics.Append(r.write(ctx, request.Config, request.Plan, &response.State, response.Identity)...)
}

// Update changes an item.
func (r *itemResource) Update(
	ctx context.Context, request resource.UpdateRequest, response *resource.UpdateResponse,
) {
	response.Diagnostics.Append(r.write(ctx, request.Config, request.Plan, &response.State, response.Identity)...)
}

// Read looks at an item as it is now.
func (r *itemResource) Read(ctx context.Context, request resource.ReadRequest, response *resource.ReadResponse) {
	var name types.String
	response.Diagnostics.Append(request.State.GetAttribute(ctx, path.Root("name"), &name)...)
	found, err := r.cloud.Read(name.ValueString())
	if err != nil {
		response.Diagnostics.AddError("The cloud is unreadable", err.Error())
		return
	}
	if found == nil {
		response.State.RemoveResource(ctx)
		return
	}
	tags, problems := types.MapValueFrom(ctx, types.StringType, found.Tags)
	response.Diagnostics.Append(problems...)
	response.Diagnostics.Append(response.State.SetAttribute(ctx, path.Root("value"), found.Value)...)
	response.Diagnostics.Append(response.State.SetAttribute(ctx, path.Root("tags"), tags)...)
	response.Diagnostics.Append(response.State.SetAttribute(ctx, path.Root("made_by"), found.MadeBy)...)
	response.Diagnostics.Append(r.identify(ctx, response.Identity, name.ValueString())...)
}

// Delete removes an item.
func (r *itemResource) Delete(
	ctx context.Context, request resource.DeleteRequest, response *resource.DeleteResponse,
) {
	var name types.String
	response.Diagnostics.Append(request.State.GetAttribute(ctx, path.Root("name"), &name)...)
	if err := r.cloud.Delete(name.ValueString()); err != nil {
		response.Diagnostics.AddError("The cloud refused", err.Error())
	}
}

// write makes or changes an item, and sets what Terraform will know of it.
func (r *itemResource) write(
	ctx context.Context, config tfsdk.Config, plan tfsdk.Plan, state *tfsdk.State, identity *tfsdk.ResourceIdentity,
) diag.Diagnostics {
	planned, problems := readItem(ctx, plan)
	// A write-only value is in the configuration only.
	var passphrase types.String
	problems.Append(config.GetAttribute(ctx, path.Root("passphrase"), &passphrase)...)
	tags := map[string]string{}
	problems.Append(planned.Tags.ElementsAs(ctx, &tags, true)...)
	if problems.HasError() {
		return problems
	}
	name := planned.Name.ValueString()
	planned.ID = types.StringValue(cloud.Digest(name))
	if planned.MadeBy.IsUnknown() {
		planned.MadeBy = types.StringValue(r.cloud.Maker())
	}
	planned.PassphraseDigest = types.StringValue(cloud.Digest(passphrase.ValueString()))
	if err := plugin.Wait(ctx, planned.Seconds.ValueFloat64()); err != nil {
		problems.AddError("The cloud refused", err.Error())
		return problems
	}
	stored := cloud.Item{Value: planned.Value.ValueString(), Tags: tags, MadeBy: planned.MadeBy.ValueString()}
	if err := r.cloud.Write(name, stored); err != nil {
		problems.AddError("The cloud refused", err.Error())
		return problems
	}
	problems.Append(state.Set(ctx, planned)...)
	problems.Append(r.identify(ctx, identity, name)...)
	return problems
}

func (r *itemResource) identify(ctx context.Context, identity *tfsdk.ResourceIdentity, name string) diag.Diagnostics {
	if identity == nil {
		// Terraform before 1.12 knows no identity.
		return nil
	}
	return identity.Set(ctx, itemIdentity{types.StringValue(r.cloud.Account), types.StringValue(name)})
}

func readItem(ctx context.Context, plan tfsdk.Plan) (item, diag.Diagnostics) {
	var planned item
	problems := plan.Get(ctx, &planned)
	return planned, problems
}
