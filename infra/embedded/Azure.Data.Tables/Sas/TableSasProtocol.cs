namespace Azure.Data.Tables.Sas;

public enum TableSasProtocol
{
    /// <summary>Not stated in the token: http and https.</summary>
    None = 0,
    HttpsAndHttp = 1,
    Https = 2,
}
