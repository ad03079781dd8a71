namespace Microsoft.Azure.Functions.Worker;

/// <summary>Marks a method as a function; its name is unique in the app.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FunctionAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}
