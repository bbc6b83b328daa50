package muxedprovider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"

	"cellwright.dev/tests/providers/cloud"
	"cellwright.dev/tests/providers/sdkprovider"
)

// thing is the type of the SDK's half.
const thing = "muxed_thing"

// sdkHalf has the resource of the SDK's provider under another name.
func sdkHalf() *schema.Provider {
	return &schema.Provider{
		Schema: map[string]*schema.Schema{
			"folder":  {Type: schema.TypeString, Optional: true},
			"account": {Type: schema.TypeString, Optional: true},
		},
		ResourcesMap:         map[string]*schema.Resource{thing: sdkprovider.ItemResource()},
		ConfigureContextFunc: configure,
	}
}

func configure(_ context.Context, settings *schema.ResourceData) (any, diag.Diagnostics) {
	return cloud.Open(settings.Get("folder").(string), settings.Get("account").(string)), nil
}
