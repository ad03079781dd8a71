using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Identity.Web;

public class MicrosoftIdentityBaseAuthenticationBuilder
{
    protected MicrosoftIdentityBaseAuthenticationBuilder(IServiceCollection services, IConfigurationSection? configurationSection = null)
    {
        Services = services;
        ConfigurationSection = configurationSection;
    }

    public IServiceCollection Services { get; private set; }

    protected IConfigurationSection? ConfigurationSection { get; set; }
}

public class MicrosoftIdentityWebApiAuthenticationBuilder : MicrosoftIdentityBaseAuthenticationBuilder
{
    internal MicrosoftIdentityWebApiAuthenticationBuilder(IServiceCollection services, IConfigurationSection? configurationSection)
        : base(services, configurationSection)
    {
    }
}

public class MicrosoftIdentityWebApiAuthenticationBuilderWithConfiguration : MicrosoftIdentityWebApiAuthenticationBuilder
{
    internal MicrosoftIdentityWebApiAuthenticationBuilderWithConfiguration(IServiceCollection services, IConfigurationSection configurationSection)
        : base(services, configurationSection)
    {
    }
}
