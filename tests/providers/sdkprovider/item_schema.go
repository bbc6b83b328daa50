package sdkprovider

import (
	"context"
	"time"

	"github.com/hashicorp/go-cty/cty"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"

	"cellwright.dev/tests/providers/cloud"
	"cellwright.dev/tests/providers/plugin"
)

// ItemResource has each kind of argument: nested, sensitive, write-only, with defaults, and computed ones.
func ItemResource() *schema.Resource {
	timeout := time.Minute
	return &schema.Resource{
		SchemaVersion: 1,
		Schema: map[string]*schema.Schema{
			"name":               {Type: schema.TypeString, Required: true, ForceNew: true, ValidateDiagFunc: notEmpty},
			"value":              {Type: schema.TypeString, Optional: true, Default: "none", ValidateDiagFunc: notDubious},
			"secret":             {Type: schema.TypeString, Optional: true, Sensitive: true},
			"passphrase":         {Type: schema.TypeString, Optional: true, WriteOnly: true},
			"passphrase_version": {Type: schema.TypeInt, Optional: true},
			"passphrase_digest":  {Type: schema.TypeString, Computed: true},
			"tags":               tagsArgument(),
			"seconds":            {Type: schema.TypeFloat, Optional: true, Description: "How long a change takes."},
			"made_by":            {Type: schema.TypeString, Computed: true},
			"rule":               ruleBlock(),
		},
		Identity: &schema.ResourceIdentity{Version: 1, SchemaFunc: identitySchema, IdentityUpgraders: identityUpgraders()},
		// Where only the value changes, it is no longer known who made the item.
		CustomizeDiff:  customizeDiff,
		CreateContext:  create,
		ReadContext:    read,
		UpdateContext:  update,
		DeleteContext:  remove,
		Importer:       &schema.ResourceImporter{StateContext: importItem},
		StateUpgraders: []schema.StateUpgrader{{Version: 0, Type: versionZero(), Upgrade: upgradeFromContent}},
		Timeouts:       &schema.ResourceTimeout{Create: &timeout, Update: &timeout},
	}
}

func tagsArgument() *schema.Schema {
	return &schema.Schema{
		Type:        schema.TypeMap,
		Optional:    true,
		Elem:        &schema.Schema{Type: schema.TypeString},
		Description: plugin.Start(),
	}
}

func ruleBlock() *schema.Schema {
	return &schema.Schema{
		Type:     schema.TypeSet,
		Optional: true,
		Elem: &schema.Resource{Schema: map[string]*schema.Schema{
			"port":     {Type: schema.TypeInt, Required: true},
			"protocol": {Type: schema.TypeString, Optional: true, Default: "tcp"},
		}},
	}
}

func identitySchema() map[string]*schema.Schema {
	return map[string]*schema.Schema{
		"account": {Type: schema.TypeString, OptionalForImport: true},
		"name":    {Type: schema.TypeString, RequiredForImport: true},
	}
}

// identityUpgraders know version 0, which had no account.
func identityUpgraders() []schema.IdentityUpgrader {
	before := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"name": tftypes.String}}
	upgrade := func(_ context.Context, identity map[string]any, _ any) (map[string]any, error) {
		identity["account"] = "default"
		return identity, nil
	}
	return []schema.IdentityUpgrader{{Version: 0, Type: before, Upgrade: upgrade}}
}

// versionZero is the state's type when the value was called content.
func versionZero() cty.Type {
	return cty.Object(map[string]cty.Type{"id": cty.String, "name": cty.String, "content": cty.String})
}

func upgradeFromContent(_ context.Context, state map[string]any, _ any) (map[string]any, error) {
	state["value"] = state["content"]
	delete(state, "content")
	state["id"] = cloud.Digest(state["name"].(string))
	return state, nil
}

func notEmpty(value any, at cty.Path) diag.Diagnostics {
	if value.(string) == "" {
		return diag.Diagnostics{{Severity: diag.Error, Summary: "An item needs a name", AttributePath: at}}
	}
	return nil
}

func notDubious(value any, at cty.Path) diag.Diagnostics {
	if value.(string) == "dubious" {
		return diag.Diagnostics{{Severity: diag.Warning, Summary: "Dubious value", AttributePath: at}}
	}
	return nil
}
