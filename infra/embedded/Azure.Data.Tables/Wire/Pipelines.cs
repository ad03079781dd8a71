using Azure.Core;
using Azure.Core.Pipeline;

namespace Azure.Data.Tables.Wire;

internal static class Pipelines
{
    public static HttpPipeline Build(TableClientOptions options, HttpPipelinePolicy? authentication)
    {
        var parts = new HttpPipelineOptions(options) { RequestFailedDetailsParser = ODataFailures.Instance };
        if (authentication is not null)
            parts.PerRetryPolicies.Add(authentication);
        return HttpPipelineBuilder.Build(parts);
    }

    public static HttpPipelinePolicy Bearer(TokenCredential credential, TableClientOptions options) =>
        new BearerTokenAuthenticationPolicy(credential, (options.Audience ?? TableAudience.AzurePublicCloud).DefaultScope);

    public static HttpPipelinePolicy? Of(ConnectionString parsed) => parsed switch
    {
        { SharedKey: { } key } => new SharedKeyPolicy(key),
        { Sas: { } sas } => new SasPolicy(new AzureSasCredential(sas)),
        _ => null,
    };
}
