package frameworkprovider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// item is a resource as Terraform sees it.
type item struct {
	Name              types.String  `tfsdk:"name"`
	Value             types.String  `tfsdk:"value"`
	Secret            types.String  `tfsdk:"secret"`
	Passphrase        types.String  `tfsdk:"passphrase"`
	PassphraseVersion types.Int64   `tfsdk:"passphrase_version"`
	PassphraseDigest  types.String  `tfsdk:"passphrase_digest"`
	Tags              types.Map     `tfsdk:"tags"`
	Anything          types.Dynamic `tfsdk:"anything"`
	Options           types.Object  `tfsdk:"options"`
	Seconds           types.Float64 `tfsdk:"seconds"`
	ID                types.String  `tfsdk:"id"`
	MadeBy            types.String  `tfsdk:"made_by"`
	Rule              types.List    `tfsdk:"rule"`
}

// itemIdentity is what tells an item from all others.
type itemIdentity struct {
	Account types.String `tfsdk:"account"`
	Name    types.String `tfsdk:"name"`
}

// Schema has each kind of attribute: nested, dynamic, sensitive, write-only, with defaults and plan modifiers.
func (r *itemResource) Schema(_ context.Context, _ resource.SchemaRequest, response *resource.SchemaResponse) {
	kept := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	replacing := []planmodifier.String{stringplanmodifier.RequiresReplace()}
	none := stringdefault.StaticString("none")
	tags := schema.MapAttribute{Optional: true, ElementType: types.StringType, Description: r.start}
	response.Schema = schema.Schema{
		Version: 1,
		Attributes: map[string]schema.Attribute{
			"name":               schema.StringAttribute{Required: true, PlanModifiers: replacing},
			"value":              schema.StringAttribute{Optional: true, Computed: true, Default: none},
			"secret":             schema.StringAttribute{Optional: true, Sensitive: true},
			"passphrase":         schema.StringAttribute{Optional: true, WriteOnly: true},
			"passphrase_version": schema.Int64Attribute{Optional: true},
			"passphrase_digest":  schema.StringAttribute{Computed: true},
			"tags":               tags,
			"anything":           schema.DynamicAttribute{Optional: true},
			"options":            optionsAttribute(),
			"seconds":            schema.Float64Attribute{Optional: true, Description: "How long a change takes."},
			"id":                 schema.StringAttribute{Computed: true, PlanModifiers: kept},
			"made_by":            schema.StringAttribute{Computed: true, PlanModifiers: kept},
		},
		Blocks: map[string]schema.Block{"rule": ruleBlock()},
	}
}

func optionsAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{Optional: true, Attributes: map[string]schema.Attribute{
		"region": schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString("somewhere"),
		},
		"zones": schema.SetAttribute{Optional: true, ElementType: types.StringType},
		"key":   schema.StringAttribute{Optional: true, Sensitive: true},
	}}
}

func ruleBlock() schema.ListNestedBlock {
	return schema.ListNestedBlock{NestedObject: schema.NestedBlockObject{
		Attributes: map[string]schema.Attribute{
			"port": schema.Int64Attribute{Required: true},
			"protocol": schema.StringAttribute{
				Optional: true, Computed: true, Default: stringdefault.StaticString("tcp"),
			},
		},
	}}
}

// IdentitySchema is that of version 1; in version 0 there was no account.
func (r *itemResource) IdentitySchema(
	_ context.Context, _ resource.IdentitySchemaRequest, response *resource.IdentitySchemaResponse,
) {
	response.IdentitySchema = identityschema.Schema{
		Version: 1,
		Attributes: map[string]identityschema.Attribute{
			"account": identityschema.StringAttribute{OptionalForImport: true},
			"name":    identityschema.StringAttribute{RequiredForImport: true},
		},
	}
}
