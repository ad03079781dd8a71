using System.Xml;
using System.Xml.Linq;

namespace CloudOrch.Local.Broker;

/// <summary>The service's management protocol for queues: PUT, GET and DELETE of <c>/{queue}</c> with Atom entries.</summary>
/// <remarks>A missing queue answers GET with 200 and an empty feed, as the service does; every call needs the Manage right.</remarks>
internal sealed class QueueManagement(BrokerNamespace bus)
{
    private const int MaxBodyBytes = 64 * 1024;

    public void Map(IEndpointRouteBuilder routes)
    {
        ArgumentNullException.ThrowIfNull(routes);
        routes.MapMethods("/{**queue}", ["GET", "PUT", "DELETE"], HandleAsync);
    }

    private async Task HandleAsync(HttpContext context)
    {
        var name = (string?)context.Request.RouteValues["queue"] ?? "";
        try
        {
            await AuthorizeAsync(context, name).ConfigureAwait(false);
            if (HttpMethods.IsPut(context.Request.Method))
                await PutAsync(context, name).ConfigureAwait(false);
            else if (HttpMethods.IsDelete(context.Request.Method))
                bus.Delete(name);
            else
                await GetAsync(context, name).ConfigureAwait(false);
        }
        catch (BrokerException fault)
        {
            context.Response.StatusCode = fault.Code switch
            {
                BrokerException.Unauthorized => StatusCodes.Status401Unauthorized,
                BrokerException.NotFound => StatusCodes.Status404NotFound,
                BrokerException.AlreadyExists => StatusCodes.Status409Conflict,
                _ => StatusCodes.Status400BadRequest,
            };
            var error = new XElement("Error", new XElement("Code", context.Response.StatusCode), new XElement("Detail", fault.Message));
            await WriteAsync(context, error, "application/xml").ConfigureAwait(false);
        }
    }

    private async Task AuthorizeAsync(HttpContext context, string name)
    {
        var header = context.Request.Headers.Authorization.ToString();
        var token = header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header["Bearer ".Length..] : header;
        var grant = await bus.GrantAsync(token, context.RequestAborted).ConfigureAwait(false);
        if (grant is null || !grant.Covers(name, BrokerRights.Manage))
            throw new BrokerException(BrokerException.Unauthorized, $"SubCode=40100. Unauthorized: 'Manage' claim is required for '{name}'.");
    }

    private async Task PutAsync(HttpContext context, string name)
    {
        if (context.Request.Headers.IfMatch.Count > 0)
            throw new BrokerException(BrokerException.InvalidArgument, "Queues cannot be updated here.");
        if (context.Request.ContentLength is null or > MaxBodyBytes)
            throw new BrokerException(BrokerException.InvalidArgument, $"A description of at most {MaxBodyBytes} bytes is wanted.");
        QueueSettings settings;
        try
        {
            settings = QueueDescription.Read(name, await XDocument.LoadAsync(context.Request.Body, LoadOptions.None, context.RequestAborted).ConfigureAwait(false));
        }
        catch (Exception e) when (e is XmlException or FormatException or OverflowException)
        {
            throw new BrokerException(BrokerException.InvalidArgument, $"The description cannot be read: {e.Message}");
        }

        var made = bus.Create(settings);
        context.Response.StatusCode = StatusCodes.Status201Created;
        await WriteAsync(context, Entry(made.Name), "application/atom+xml;type=entry;charset=utf-8").ConfigureAwait(false);
    }

    private async Task GetAsync(HttpContext context, string name)
    {
        var known = bus.QueueNames.FirstOrDefault(q => q.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (known is null)
            await WriteAsync(context, new XElement(QueueDescription.Atom + "feed"), "application/atom+xml;type=feed;charset=utf-8").ConfigureAwait(false);
        else
            await WriteAsync(context, Entry(known), "application/atom+xml;type=entry;charset=utf-8").ConfigureAwait(false);
    }

    private XElement Entry(string name)
    {
        var queue = bus.Find(name);
        return QueueDescription.Write(queue.Settings, queue.Count(), bus.Find(name + BusWire.BusOps.DeadLetterSuffix).Count().Active);
    }

    private static Task WriteAsync(HttpContext context, XElement body, string contentType)
    {
        context.Response.ContentType = contentType;
        return context.Response.WriteAsync(body.ToString(SaveOptions.DisableFormatting), context.RequestAborted);
    }
}
