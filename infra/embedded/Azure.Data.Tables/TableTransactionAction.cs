namespace Azure.Data.Tables;

public enum TableTransactionActionType
{
    /// <summary>Fails with 409 when the row exists.</summary>
    Add = 0,
    UpdateMerge = 1,
    UpdateReplace = 2,
    Delete = 3,
    UpsertMerge = 4,
    UpsertReplace = 5,
}

/// <summary>One row's part in an entity group transaction.</summary>
public class TableTransactionAction
{
    public TableTransactionAction(TableTransactionActionType actionType, ITableEntity entity)
        : this(actionType, entity, default)
    {
    }

    /// <param name="actionType">What happens to the row.</param>
    /// <param name="entity">The row; all rows of a transaction share one PartitionKey, and no row may appear twice.</param>
    /// <param name="etag">Checked by updates and deletes; the default value means any.</param>
    public TableTransactionAction(TableTransactionActionType actionType, ITableEntity entity, ETag etag = default)
    {
        ActionType = actionType;
        Entity = entity;
        ETag = etag;
    }

    public TableTransactionActionType ActionType { get; }

    public ITableEntity Entity { get; }

    public ETag ETag { get; }
}
