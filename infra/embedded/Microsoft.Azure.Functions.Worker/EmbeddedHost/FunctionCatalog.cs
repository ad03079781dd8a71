using System.Collections.Immutable;
using System.Reflection;

namespace Microsoft.Azure.Functions.Worker.EmbeddedHost;

/// <summary>On a trigger's attribute: the class that calls its function when it is due.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class TriggerListenerAttribute(string bindingType, Type? listener) : Attribute
{
    public string BindingType { get; } = bindingType;

    /// <summary>An <see cref="ITriggerListener"/> made with the function and its trigger; null: another part of the host calls it (HTTP).</summary>
    public Type? Listener { get; } = listener;
}

/// <summary>Calls one function when its trigger says so.</summary>
internal interface ITriggerListener : IAsyncDisposable
{
    Task StartAsync(CancellationToken ct);

    /// <summary>Takes nothing new, and waits for what runs until <paramref name="grace"/> is cancelled; then cancels it.</summary>
    Task StopAsync(CancellationToken grace);
}

/// <summary>A function as found in the code.</summary>
internal sealed class FunctionEntry(MethodInfo method, string name, ParameterInfo triggerParameter, Attribute trigger) : FunctionDefinition
{
    public MethodInfo Method { get; } = method;

    public Attribute Trigger { get; } = trigger;

    public ParameterInfo TriggerParameter { get; } = triggerParameter;

    public TriggerListenerAttribute Listener { get; } = trigger.GetType().GetCustomAttribute<TriggerListenerAttribute>()!;

    public ParameterInfo[] MethodParameters { get; } = method.GetParameters();

    public override string Name => name;

    public override string Id { get; } = StableId($"{method.DeclaringType!.FullName}.{method.Name}");

    public override string EntryPoint => $"{Method.DeclaringType!.FullName}.{Method.Name}";

    public override string PathToAssembly => Method.DeclaringType!.Assembly.Location;

    public override ImmutableArray<FunctionParameter> Parameters =>
        [.. MethodParameters.Select(p => new FunctionParameter(p.Name!, p.ParameterType))];

    public override IImmutableDictionary<string, BindingMetadata> InputBindings =>
        ImmutableDictionary.Create<string, BindingMetadata>().Add(TriggerParameter.Name!, new TriggerBinding(TriggerParameter.Name!, Listener.BindingType));

    private static string StableId(string text) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)))[..16];

    private sealed class TriggerBinding(string name, string type) : BindingMetadata
    {
        public override string Name => name;

        public override string Type => type;

        public override BindingDirection Direction => BindingDirection.In;
    }
}

/// <summary>The functions of the app, checked as the official build step checks them.</summary>
internal sealed class FunctionCatalog
{
    private FunctionCatalog(IReadOnlyList<FunctionEntry> functions) => Functions = functions;

    public IReadOnlyList<FunctionEntry> Functions { get; }

    public static IReadOnlyList<Type> EntryTypes() =>
        Assembly.GetEntryAssembly()?.GetTypes() ?? throw new InvalidOperationException("No entry assembly to find functions in.");

    /// <exception cref="InvalidOperationException">A function has no trigger or several, or a name is used twice.</exception>
    public static FunctionCatalog Of(IEnumerable<Type> types)
    {
        const BindingFlags all = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        List<FunctionEntry> functions = [];
        foreach (var method in types.SelectMany(t => t.GetMethods(all)))
        {
            if (method.GetCustomAttribute<FunctionAttribute>() is not { } function)
                continue;
            var triggers = method.GetParameters()
                .SelectMany(p => p.GetCustomAttributes().Where(a => a.GetType().IsDefined(typeof(TriggerListenerAttribute))).Select(a => (Parameter: p, Trigger: a)))
                .ToArray();
            if (triggers.Length != 1)
                throw new InvalidOperationException($"Function '{function.Name}' has {triggers.Length} triggers; a function has one.");
            if (functions.Exists(f => string.Equals(f.Name, function.Name, StringComparison.OrdinalIgnoreCase)))
                throw new InvalidOperationException($"Two functions are named '{function.Name}'.");
            functions.Add(new FunctionEntry(method, function.Name, triggers[0].Parameter, triggers[0].Trigger));
        }

        return new FunctionCatalog(functions);
    }
}
