namespace Gantry.EndToEnd;

/// <summary>The other corner of the stores: under <c>eng/shared-stores</c> every server of these tests keeps its facts in PostgreSQL and its bytes in S3.</summary>
/// <remarks>Each server has a schema and a prefix of its own, so that tests run side by side. Addresses with secrets go by the environment, as they should.</remarks>
internal static class SharedStores
{
    private const string Bucket = "gantry-stories";

    /// <summary>Empty stores, for what a sandbox starts from now on.</summary>
    public static void Give(Sandbox sandbox)
    {
        GiveDatabase(sandbox);
        if (Environment.GetEnvironmentVariable("GANTRY_TEST_BLOBS") is not { Length: > 0 } blobs)
            return;
        sandbox["GANTRY_BLOBS"] = $"s3://{Bucket}/{NewName()}?endpoint={Uri.EscapeDataString(blobs)}&region=us-east-1&create=true";
        foreach (var key in (string[])["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
            sandbox[key] = Environment.GetEnvironmentVariable(key) ?? "";
    }

    /// <summary>An empty database.</summary>
    public static void GiveDatabase(Sandbox sandbox)
    {
        if (Environment.GetEnvironmentVariable("GANTRY_TEST_DATABASE") is { Length: > 0 } database)
            sandbox["GANTRY_DATABASE"] = $"{database}?schema={NewName()}";
    }

    private static string NewName() => "s" + Guid.NewGuid().ToString("N");
}
