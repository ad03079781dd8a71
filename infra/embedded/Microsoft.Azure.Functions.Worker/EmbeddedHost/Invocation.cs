using System.Collections;
using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Microsoft.Azure.Functions.Worker.EmbeddedHost;

/// <summary>What the function returned, or what middleware put in its place.</summary>
internal sealed record ResultFeature(object? Value);

/// <summary>What a trigger hands over: parameters take the first value that fits their type, or the named one.</summary>
internal sealed record TriggerInput(IReadOnlyList<object> Values, Func<string, Type, object?>? Named = null);

/// <summary>The context of one run.</summary>
internal sealed class Invocation(FunctionEntry function, IServiceProvider services, TriggerInput input, CancellationToken ct) : FunctionContext
{
    public FunctionEntry Function => function;

    public TriggerInput Input => input;

    public override string InvocationId { get; } = new Guid(RandomNumberGenerator.GetBytes(16)).ToString();

    public override string FunctionId => function.Id;

    public override IServiceProvider InstanceServices { get; set; } = services;

    public override FunctionDefinition FunctionDefinition => function;

    public override IDictionary<object, object> Items { get; set; } = new Dictionary<object, object>();

    public override IInvocationFeatures Features { get; } = new FeatureMap();

    public override CancellationToken CancellationToken => ct;

    private sealed class FeatureMap : IInvocationFeatures
    {
        private readonly ConcurrentDictionary<Type, object> _features = [];

        public void Set<T>(T instance)
        {
            if (instance is null)
                _features.TryRemove(typeof(T), out _);
            else
                _features[typeof(T)] = instance;
        }

        public T? Get<T>() => _features.TryGetValue(typeof(T), out object? feature) ? (T)feature : default;

        public IEnumerator<KeyValuePair<Type, object>> GetEnumerator() => _features.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
