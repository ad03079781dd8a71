namespace Microsoft.Azure.Functions.Worker;

/// <summary>What the function returned; middleware may replace it, or set it instead of calling the function.</summary>
public class InvocationResult
{
    private readonly FunctionContext _context;

    internal InvocationResult(FunctionContext context) => _context = context;

    public virtual object? Value
    {
        get => _context.Features.Get<EmbeddedHost.ResultFeature>()?.Value;
        set => _context.Features.Set(new EmbeddedHost.ResultFeature(value));
    }
}

public static class FunctionContextBindingFeatureExtensions
{
    public static InvocationResult GetInvocationResult(this FunctionContext context) => new(context);
}
