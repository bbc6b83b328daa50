// Package sdkprovider is a provider written with terraform-plugin-sdk/v2, as most older providers are.
package sdkprovider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"

	"cellwright.dev/tests/providers/cloud"
	"cellwright.dev/tests/providers/plugin"
)

// New returns the provider.
//
// Its schema depends on the environment: a required argument with a DefaultFunc is declared as optional where its
// variable is set.
func New() *schema.Provider {
	return &schema.Provider{
		Schema: map[string]*schema.Schema{
			"folder": {
				Type:        schema.TypeString,
				Required:    true,
				DefaultFunc: schema.EnvDefaultFunc("SDK_FOLDER", nil),
				Description: "Where items are stored; or SDK_FOLDER.",
			},
			"account": {
				Type:        schema.TypeString,
				Optional:    true,
				DefaultFunc: schema.MultiEnvDefaultFunc([]string{"SDK_ACCOUNT", "SDK_OLD_ACCOUNT"}, "default"),
			},
			"password":          {Type: schema.TypeString, Optional: true, Sensitive: true},
			"configure_seconds": {Type: schema.TypeFloat, Optional: true},
			"crash_in":          {Type: schema.TypeString, Optional: true},
			"deferred":          {Type: schema.TypeBool, Optional: true},
			"endpoint":          endpointBlock(),
		},
		ResourcesMap:      map[string]*schema.Resource{"sdk_item": ItemResource()},
		DataSourcesMap:    map[string]*schema.Resource{"sdk_item": itemLookup()},
		ConfigureProvider: configure,
	}
}

func endpointBlock() *schema.Schema {
	return &schema.Schema{
		Type:     schema.TypeSet,
		Optional: true,
		Elem: &schema.Resource{Schema: map[string]*schema.Schema{
			"service": {Type: schema.TypeString, Required: true, ValidateDiagFunc: notEmpty},
			"address": {Type: schema.TypeString, Optional: true, Default: "here"},
		}},
	}
}

func configure(ctx context.Context, request schema.ConfigureProviderRequest, response *schema.ConfigureProviderResponse) {
	settings := request.ResourceData
	plugin.CrashIn(settings.Get("crash_in").(string))
	if err := plugin.Wait(ctx, settings.Get("configure_seconds").(float64)); err != nil {
		response.Diagnostics = diag.FromErr(err)
		return
	}
	if settings.Get("account").(string) == "closed" {
		response.Diagnostics = diag.Errorf("The account 'closed' is closed.")
	}
	if settings.Get("password").(string) == "weak" {
		response.Diagnostics = append(response.Diagnostics, diag.Diagnostic{
			Severity: diag.Warning, Summary: "Weak password",
		})
	}
	if settings.Get("deferred").(bool) && request.DeferralAllowed {
		response.Deferred = &schema.Deferred{Reason: schema.DeferredReasonProviderConfigUnknown}
	}
	response.Meta = cloud.Open(settings.Get("folder").(string), settings.Get("account").(string))
}
