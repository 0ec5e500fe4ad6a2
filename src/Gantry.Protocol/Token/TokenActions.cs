namespace Gantry.Protocol.Token;

/// <summary>The actions that scopes name (ACR's vocabulary, which contains Docker's).</summary>
public static class TokenActions
{
    public const string Pull = "pull";
    public const string Push = "push";
    public const string Delete = "delete";
    public const string MetadataRead = "metadata_read";
    public const string MetadataWrite = "metadata_write";
    public const string DeletedRead = "deleted_read";
    public const string DeletedRestore = "deleted_restore";
    public const string All = "*";
}
