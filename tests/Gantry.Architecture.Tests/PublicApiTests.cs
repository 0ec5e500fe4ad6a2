using System.Reflection;

namespace Gantry.Architecture.Tests;

/// <summary>The libraries' public surface is a committed page: a change of it is seen in review.</summary>
public sealed class PublicApiTests
{
    [Theory]
    [InlineData("Gantry.Protocol")]
    [InlineData("Gantry.Client")]
    public void The_public_surface_is_the_committed_one(string name)
    {
        var path = SourceTree.FullPath($"docs/api/{name}.txt");
        var listing = ApiListing.Of(Assembly.Load(name));
        if (Environment.GetEnvironmentVariable("GANTRY_UPDATE_API") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, listing);
        }
        var committed = File.Exists(path) ? File.ReadAllText(path) : "";
        var (gone, added) = (committed.Split('\n').Except(listing.Split('\n')), listing.Split('\n').Except(committed.Split('\n')));
        Assert.True(listing == committed,
            $"docs/api/{name}.txt is not what the assembly offers. If the change is meant, run GANTRY_UPDATE_API=1 eng/test --filter PublicApi\n"
            + string.Join('\n', gone.Select(line => "- " + line).Concat(added.Select(line => "+ " + line))));
    }
}
