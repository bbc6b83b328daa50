package muxedprovider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"cellwright.dev/tests/providers/cloud"
)

// thingList lists resources that are written with the SDK. It must say what their schemas are.
type thingList struct {
	cloud *cloud.Cloud
	sdk   tfprotov6.ProviderServer
}

func (l *thingList) Configure(
	_ context.Context, request resource.ConfigureRequest, _ *resource.ConfigureResponse,
) {
	if opened, ok := request.ProviderData.(*cloud.Cloud); ok {
		l.cloud = opened
	}
}

func (l *thingList) Metadata(
	_ context.Context, _ resource.MetadataRequest, response *resource.MetadataResponse,
) {
	response.TypeName = thing
}

func (l *thingList) ListResourceConfigSchema(
	_ context.Context, _ list.ListResourceSchemaRequest, response *list.ListResourceSchemaResponse,
) {
	response.Schema = schema.Schema{}
}

func (l *thingList) RawV6Schemas(
	ctx context.Context, _ list.RawV6SchemaRequest, response *list.RawV6SchemaResponse,
) {
	// Without them the framework says itself that the type is unknown.
	if schemas, err := l.sdk.GetProviderSchema(ctx, nil); err == nil {
		response.ProtoV6Schema = schemas.ResourceSchemas[thing]
	}
	if schemas, err := l.sdk.GetResourceIdentitySchemas(ctx, nil); err == nil {
		response.ProtoV6IdentitySchema = schemas.IdentitySchemas[thing]
	}
}

func (l *thingList) List(ctx context.Context, request list.ListRequest, stream *list.ListResultsStream) {
	names, err := l.cloud.Names()
	stream.Results = func(push func(list.ListResult) bool) {
		if err != nil {
			result := list.ListResult{}
			result.Diagnostics.AddError("The cloud is unreadable", err.Error())
			push(result)
			return
		}
		for _, name := range names {
			result := request.NewListResult(ctx)
			result.DisplayName = "thing " + name
			result.Diagnostics.Append(result.Identity.SetAttribute(ctx, path.Root("account"), l.cloud.Account)...)
			result.Diagnostics.Append(result.Identity.SetAttribute(ctx, path.Root("name"), name)...)
			if !push(result) {
				return
			}
		}
	}
}
