package sdkprovider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"

	"cellwright.dev/tests/providers/cloud"
)

// itemLookup is a data source: an item that exists.
func itemLookup() *schema.Resource {
	return &schema.Resource{
		Schema: map[string]*schema.Schema{
			"name":    {Type: schema.TypeString, Required: true},
			"value":   {Type: schema.TypeString, Computed: true},
			"made_by": {Type: schema.TypeString, Computed: true},
		},
		ReadContext: lookUp,
	}
}

func lookUp(_ context.Context, data *schema.ResourceData, meta any) diag.Diagnostics {
	name := data.Get("name").(string)
	found, err := meta.(*cloud.Cloud).Read(name)
	if err != nil {
		return diag.FromErr(err)
	}
	if found == nil {
		return diag.Errorf("There is no item '%s'.", name)
	}
	data.SetId(cloud.Digest(name))
	return setAll(data, map[string]any{"value": found.Value, "made_by": found.MadeBy})
}
