using Azure.Core;
using Azure.Data.Tables.Wire;

namespace Azure.Data.Tables;

public partial class TableClient
{
    /// <summary>Applies up to 100 actions on rows of one partition together, or none of them; at most 4 MiB.</summary>
    /// <returns>One response per action, in order; each carries its row's new ETag.</returns>
    /// <exception cref="TableTransactionFailedException">The service refused an action; nothing changed.</exception>
    /// <exception cref="RequestFailedException">The service refused the request as a whole (4xx), or the answer is lost or cut off: then whether the transaction took effect is unknown.</exception>
    public virtual async Task<Response<IReadOnlyList<Response>>> SubmitTransactionAsync(IEnumerable<TableTransactionAction> transactionActions, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transactionActions);
        IReadOnlyList<TableTransactionAction> actions = transactionActions as IReadOnlyList<TableTransactionAction> ?? [.. transactionActions];
        if (actions.Count == 0)
            throw new InvalidOperationException("A transaction needs at least one action.");
        foreach (TableTransactionAction action in actions)
            CheckKeys(action.Entity);

        HttpMessage message = _requests.Message(RequestMethod.Post, "$batch");
        string boundary = message.Request.ClientRequestId;
        message.Request.Content = RequestContent.Create(BatchWriter.Write(_requests, Name, boundary, actions));
        message.Request.Headers.SetValue("Content-Type", $"multipart/mixed; boundary=batch_{boundary}");
        Response response = await _requests.SendAsync(message, cancellationToken, 202).ConfigureAwait(false);

        List<Response> parts = BatchReader.Read(response.Content.ToMemory().Span, boundary);
        if (parts.Find(part => part.Status >= 400) is { } refusal)
            throw new TableTransactionFailedException(Refused(refusal));
        if (parts.Count != actions.Count)
            throw new RequestFailedException(0, $"The answer to a transaction of {actions.Count} actions has {parts.Count} parts.");
        return Response.FromValue<IReadOnlyList<Response>>(parts, response);
    }

    // The plain constructor keeps the service's own words at the start of the message, where the index of the failed action stands.
    private static RequestFailedException Refused(Response part) =>
        ODataFailures.Instance.TryParse(part, out ResponseError? error, out _)
            ? new RequestFailedException(part.Status, error?.Message ?? part.ReasonPhrase, error?.Code, null)
            : new RequestFailedException(part.Status, part.ReasonPhrase);
}
