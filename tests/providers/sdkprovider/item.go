package sdkprovider

import (
	"context"
	"fmt"

	"github.com/hashicorp/go-cty/cty"
	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"

	"cellwright.dev/tests/providers/cloud"
	"cellwright.dev/tests/providers/plugin"
)

func customizeDiff(_ context.Context, diff *schema.ResourceDiff, _ any) error {
	if diff.Get("value").(string) == "forbidden" {
		return fmt.Errorf("the value %q is forbidden", "forbidden")
	}
	if diff.Id() != "" && diff.HasChange("value") {
		return diff.SetNewComputed("made_by")
	}
	return nil
}

func create(ctx context.Context, data *schema.ResourceData, meta any) diag.Diagnostics {
	problems := write(ctx, data, meta)
	if !problems.HasError() {
		data.SetId(cloud.Digest(data.Get("name").(string)))
		problems = append(problems, read(ctx, data, meta)...)
	}
	return problems
}

func update(ctx context.Context, data *schema.ResourceData, meta any) diag.Diagnostics {
	problems := write(ctx, data, meta)
	return append(problems, read(ctx, data, meta)...)
}

func write(ctx context.Context, data *schema.ResourceData, meta any) diag.Diagnostics {
	account := meta.(*cloud.Cloud)
	if err := plugin.Wait(ctx, data.Get("seconds").(float64)); err != nil {
		return diag.FromErr(err)
	}
	// A write-only value is in the configuration only.
	passphrase, problems := data.GetRawConfigAt(cty.GetAttrPath("passphrase"))
	if problems.HasError() {
		return problems
	}
	text := ""
	if passphrase.Type() == cty.String && !passphrase.IsNull() {
		text = passphrase.AsString()
	}
	stored := cloud.Item{Value: data.Get("value").(string), Tags: tagsOf(data), MadeBy: account.Maker()}
	if err := account.Write(data.Get("name").(string), stored); err != nil {
		return append(problems, diag.FromErr(err)...)
	}
	return append(problems, diag.FromErr(data.Set("passphrase_digest", cloud.Digest(text)))...)
}

func read(_ context.Context, data *schema.ResourceData, meta any) diag.Diagnostics {
	account := meta.(*cloud.Cloud)
	name := data.Get("name").(string)
	found, err := account.Read(name)
	if err != nil {
		return diag.FromErr(err)
	}
	if found == nil {
		data.SetId("")
		return nil
	}
	problems := setAll(data, map[string]any{"value": found.Value, "tags": found.Tags, "made_by": found.MadeBy})
	return append(problems, identify(data, account)...)
}

func remove(_ context.Context, data *schema.ResourceData, meta any) diag.Diagnostics {
	return diag.FromErr(meta.(*cloud.Cloud).Delete(data.Get("name").(string)))
}

// importItem takes an item by its name, or by its identity.
func importItem(_ context.Context, data *schema.ResourceData, meta any) ([]*schema.ResourceData, error) {
	name := data.Id()
	if name == "" {
		identity, err := data.Identity()
		if err != nil {
			return nil, err
		}
		name = identity.Get("name").(string)
	}
	found, err := meta.(*cloud.Cloud).Read(name)
	if err != nil {
		return nil, err
	}
	if found == nil {
		return nil, fmt.Errorf("there is no item %q", name)
	}
	data.SetId(cloud.Digest(name))
	return []*schema.ResourceData{data}, data.Set("name", name)
}

func identify(data *schema.ResourceData, account *cloud.Cloud) diag.Diagnostics {
	identity, err := data.Identity()
	if err != nil {
		return diag.FromErr(err)
	}
	problems := diag.FromErr(identity.Set("account", account.Account))
	return append(problems, diag.FromErr(identity.Set("name", data.Get("name").(string)))...)
}

func tagsOf(data *schema.ResourceData) map[string]string {
	tags := map[string]string{}
	for key, value := range data.Get("tags").(map[string]any) {
		tags[key] = value.(string)
	}
	return tags
}

func setAll(data *schema.ResourceData, values map[string]any) diag.Diagnostics {
	var problems diag.Diagnostics
	for name, value := range values {
		problems = append(problems, diag.FromErr(data.Set(name, value))...)
	}
	return problems
}
