using System.Globalization;
using CloudOrch.Local.Commands;
using CloudOrch.Local.Front;
using Microsoft.AspNetCore.Http.Features;

namespace CloudOrch.Local.Gate;

/// <summary>In front of Azurite, does with a table's SAS what Azure does and Azurite does not: it enforces the row bounds, also in batches.</summary>
/// <remarks>
/// A request with a table SAS is checked here in full (signature, time, protocol, permissions, table, rows) and passed on under the account
/// key; a query is narrowed to the rows that the SAS reaches. Every other request passes untouched, for Azurite to judge.
/// </remarks>
public sealed class TableGate(Uri backend, GateAccounts accounts, Forwarder forwarder, TimeProvider clock)
{
    private const int MaxBody = 4 * 1024 * 1024;

    /// <summary>The gate as an application; the builder says where it listens.</summary>
    public static WebApplication Build(WebApplicationBuilder builder, Uri backend, GateAccounts accounts)
    {
        builder.Services.AddSingleton(_ => new Forwarder(null));
        WebApplication app = builder.Build();
        var gate = new TableGate(backend, accounts, app.Services.GetRequiredService<Forwarder>(), TimeProvider.System);
        app.Run(gate.HandleAsync);
        return app;
    }

    public async Task HandleAsync(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        try
        {
            var request = http.Features.GetRequiredFeature<IHttpRequestFeature>();
            int question = request.RawTarget.IndexOf('?', StringComparison.Ordinal);
            Tally.Count($"{http.Request.Method} {TableOf(question < 0 ? request.RawTarget : request.RawTarget[..question])}");
            if (question >= 0 && TableSas.Parse(request.RawTarget[(question + 1)..], out var rest) is { } sas)
                await AdmitAsync(http, request, request.RawTarget[..question], sas, rest);
        }
        catch (GateRefusal refusal)
        {
            await RefuseAsync(http, refusal.Status, refusal.Code, refusal.Message);
            return;
        }

        http.Request.Host = new HostString(backend.Authority);
        switch (await forwarder.SendAsync(http, backend))
        {
            case Forwarded.Unreached:
                await RefuseAsync(http, StatusCodes.Status503ServiceUnavailable, "ServerBusy", "The table service takes no connections.");
                break;
            case Forwarded.BrokenBefore:
                await RefuseAsync(http, StatusCodes.Status500InternalServerError, "InternalError", "The table service broke off the request.");
                break;
            case Forwarded.BrokenWithin:
                http.Abort();
                break;
        }
    }

    /// <summary>Checks the request and turns it into one under the account key.</summary>
    private async Task AdmitAsync(HttpContext http, IHttpRequestFeature request, string path, TableSas sas, List<(string Name, string Value)> query)
    {
        (string account, string resource) = Split(path);
        sas.Authenticate(account, accounts, http.Request.IsHttps, clock.GetUtcNow());
        if (http.Request.Headers.ContainsKey("X-HTTP-Method"))
            throw GateRefusal.BadRequest("X-HTTP-Method is not among what this gate knows.");
        byte[] body = await BodyAsync(http);
        if (resource == "$batch" && http.Request.Method == "POST")
        {
            List<BatchPart> parts = BatchBody.Read(body);
            foreach (BatchPart part in parts)
            {
                (string of, string row) = Split(part.Target.Split('?')[0]);
                if (of != account)
                    throw GateRefusal.Authentication("A part of the batch is for another account.");
                sas.Authorize(TableOperation.Of(part.Method, row, part.Headers.ContainsKey("If-Match"), part.Body));
            }

            string boundary = http.TraceIdentifier.Replace(":", "", StringComparison.Ordinal).ToLowerInvariant();
            SetBody(http, BatchBody.Write(parts, backend.GetLeftPart(UriPartial.Authority), boundary));
            http.Request.ContentType = $"multipart/mixed; boundary=batch_{boundary}";
        }
        else
        {
            var operation = TableOperation.Of(http.Request.Method, resource, http.Request.Headers.IfMatch.Count > 0, body);
            sas.Authorize(operation);
            if (operation.IsQuery && sas.Bounds.Condition() is { } bounds)
                Narrow(query, bounds);
            SetBody(http, body);
        }

        request.RawTarget = query.Count == 0 ? path : $"{path}?{string.Join('&', query.Select(p => $"{Uri.EscapeDataString(p.Name)}={Uri.EscapeDataString(p.Value)}"))}";
        string date = clock.GetUtcNow().ToString("R", CultureInfo.InvariantCulture);
        http.Request.Headers["x-ms-date"] = date;
        http.Request.Headers.Authorization = $"SharedKeyLite {account}:{accounts.Sign(account, $"{date}\n/{account}{path}")}";
    }

    private static void Narrow(List<(string Name, string Value)> query, string bounds)
    {
        int filter = query.FindIndex(p => p.Name == "$filter");
        if (filter < 0)
            query.Add(("$filter", bounds));
        else if (query.FindLastIndex(p => p.Name == "$filter") != filter)
            throw GateRefusal.BadRequest("$filter stands twice.");
        else
            query[filter] = ("$filter", $"({Balanced(query[filter].Value)}) and ({bounds})");
    }

    // A filter that closes more than it opens could step out of its parentheses and around the bounds.
    private static string Balanced(string filter)
    {
        int depth = 0;
        bool quoted = false;
        foreach (char c in filter)
        {
            quoted ^= c == '\'';
            if (quoted)
                continue;
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (depth < 0)
                break;
        }

        return depth == 0 && !quoted ? filter : throw GateRefusal.BadRequest("The filter's parentheses or quotes do not match.");
    }

    /// <summary>The table of a path of Azurite's: /account/table(keys).</summary>
    private static string TableOf(string path) => path.Split('/') is [_, _, var resource, ..] ? resource.Split('(')[0] : "";

    /// <summary>The account, first in the path, and the rest unescaped.</summary>
    private static (string Account, string Resource) Split(string path)
    {
        int slash = path.Length > 0 && path[0] == '/' ? path.IndexOf('/', 1) : -1;
        return slash > 1 ? (path[1..slash], Uri.UnescapeDataString(path[(slash + 1)..])) : throw GateRefusal.BadRequest("The path names no account and table.");
    }

    private static async Task<byte[]> BodyAsync(HttpContext http)
    {
        if (http.Request.ContentLength > MaxBody)
            throw new GateRefusal(StatusCodes.Status413PayloadTooLarge, "RequestBodyTooLarge", "The request body is too large.");
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        return body.Length <= MaxBody ? body.ToArray() : throw new GateRefusal(StatusCodes.Status413PayloadTooLarge, "RequestBodyTooLarge", "The request body is too large.");
    }

    private static void SetBody(HttpContext http, byte[] body)
    {
        http.Request.Body = new MemoryStream(body);
        http.Request.ContentLength = body.Length;
        http.Request.Headers.TransferEncoding = default;
    }

    private static Task RefuseAsync(HttpContext http, int status, string code, string message)
    {
        http.Response.StatusCode = status;
        http.Response.Headers["x-ms-error-code"] = code;
        return http.Response.WriteAsJsonAsync(
            new Dictionary<string, object> { ["odata.error"] = new { code, message = new { lang = "en-US", value = message } } }, http.RequestAborted);
    }
}
