namespace CloudOrch.Local.Gate;

/// <summary>A request that Azure would refuse. The message never holds a signature.</summary>
public sealed class GateRefusal(int status, string code, string message) : Exception(message)
{
    public int Status => status;

    /// <summary>The service's error code.</summary>
    public string Code => code;

    public static GateRefusal Authentication(string message) => new(StatusCodes.Status403Forbidden, "AuthenticationFailed", message);

    public static GateRefusal Permission(string message) => new(StatusCodes.Status403Forbidden, "AuthorizationPermissionMismatch", message);

    public static GateRefusal Bounds(string message) => new(StatusCodes.Status403Forbidden, "AuthorizationFailure", message);

    public static GateRefusal BadRequest(string message) => new(StatusCodes.Status400BadRequest, "InvalidInput", message);
}
