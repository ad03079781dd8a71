using System.Reflection;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Microsoft.Azure.Functions.Worker.EmbeddedHost;

/// <summary>Runs functions: a scope and an instance per invocation, parameters by type, middleware around it.</summary>
internal sealed partial class FunctionInvoker(IServiceScopeFactory scopes, FunctionExecutionDelegate pipeline, ILogger<FunctionInvoker> log)
{
    /// <summary>Runs the function in a scope of its own; what it throws is logged and thrown on.</summary>
    public async Task InvokeAsync(FunctionEntry function, TriggerInput input, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        await InvokeAsync(new Invocation(function, scope.ServiceProvider, input, ct));
    }

    public async Task InvokeAsync(Invocation invocation)
    {
        try
        {
            await pipeline(invocation);
        }
        catch (OperationCanceledException) when (invocation.CancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e)
        {
            Log.Failed(log, e, invocation.Function.Name, invocation.InvocationId);
            throw;
        }
    }

    /// <summary>The end of the pipeline: makes the instance, binds the parameters, calls, keeps the result.</summary>
    internal static async Task RunFunctionAsync(FunctionContext context)
    {
        var invocation = (Invocation)context;
        var method = invocation.Function.Method;
        object?[] arguments = [.. invocation.Function.MethodParameters.Select(p => Bind(invocation, p))];
        object? instance = method.IsStatic ? null : ActivatorUtilities.CreateInstance(context.InstanceServices, method.DeclaringType!);
        try
        {
            object? result = await ResultOfAsync(method.Invoke(instance, BindingFlags.DoNotWrapExceptions, null, arguments, null));
            if (result is not null)
                context.GetInvocationResult().Value = result;
        }
        finally
        {
            if (instance is IAsyncDisposable asynchronous)
                await asynchronous.DisposeAsync();
            else
                (instance as IDisposable)?.Dispose();
        }
    }

    private static async Task<object?> ResultOfAsync(object? returned)
    {
        switch (returned)
        {
            case Task task:
                await task;
                // A Task that is no Task<T> is, at run time, a Task<VoidTaskResult>.
                var property = task.GetType().GetProperty(nameof(Task<object>.Result));
                return property is null || property.PropertyType.Name == "VoidTaskResult" ? null : property.GetValue(task);
            case ValueTask task:
                await task;
                return null;
            default:
                return returned;
        }
    }

    private static object? Bind(Invocation invocation, ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        if (type == typeof(FunctionContext))
            return invocation;
        if (type == typeof(CancellationToken))
            return invocation.CancellationToken;
        return invocation.Input.Values.FirstOrDefault(type.IsInstanceOfType)
            ?? invocation.Input.Named?.Invoke(parameter.Name!, type)
            ?? (parameter.HasDefaultValue ? parameter.DefaultValue
                : throw new InvalidOperationException(
                    $"Function '{invocation.Function.Name}': nothing binds to parameter '{parameter.Name}' of type {type}."));
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "function {Function} failed (invocation {InvocationId})")]
        public static partial void Failed(ILogger log, Exception e, string function, string invocationId);
    }
}
