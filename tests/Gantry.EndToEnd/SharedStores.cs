namespace Gantry.EndToEnd;

/// <summary>The other corner of the stores: under <c>eng/shared-stores</c> every server of these tests keeps its facts in PostgreSQL and its bytes in S3.</summary>
/// <remarks>Each server has a schema and a prefix of its own, so that tests run side by side. Addresses with secrets go by the environment, as they should.</remarks>
internal static class SharedStores
{
    private const string Bucket = "gantry-stories";

    public static void Give(Sandbox sandbox)
    {
        if (Environment.GetEnvironmentVariable("GANTRY_TEST_DATABASE") is not { Length: > 0 } database
            || Environment.GetEnvironmentVariable("GANTRY_TEST_BLOBS") is not { Length: > 0 } blobs)
            return;
        var name = "s" + Guid.NewGuid().ToString("N");
        sandbox["GANTRY_DATABASE"] = $"{database}?schema={name}";
        sandbox["GANTRY_BLOBS"] = $"s3://{Bucket}/{name}?endpoint={Uri.EscapeDataString(blobs)}&region=us-east-1&create=true";
        foreach (var key in (string[])["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
            sandbox[key] = Environment.GetEnvironmentVariable(key) ?? "";
    }
}
