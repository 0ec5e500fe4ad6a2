using System.Text.RegularExpressions;

namespace Gantry.Architecture.Tests;

public sealed partial class RoomTests
{
    private static readonly HashSet<string> Spaces = [.. SourceTree.Sources.Select(source => source.Room)];

    [Fact]
    public void A_namespace_is_its_folder() =>
        Findings.None(SourceTree.Sources.Where(source => source.Namespace is { } space && space != source.Room)
            .Select(source => $"{source.Path}: namespace {source.Namespace}, the folder says {source.Room}"));

    [Fact]
    public void Every_room_has_a_row() =>
        Findings.None(Spaces.Where(space => RoomTable.Find(space) is null).Select(space => $"{space} has no row in RoomTable.cs"));

    /// <summary>Fails with the file and line that looks into a room it may not know.</summary>
    [Fact]
    public void A_room_names_only_the_rooms_of_its_row() =>
        Findings.None(
            from source in SourceTree.Sources
            let room = RoomTable.Find(source.Room)
            where room is not null
            from Match match in GantryName().Matches(source.Code)
            where !IsNamespaceDeclaration(source.Code, match.Index)
            let space = LongestSpace(match.Value)
            where space is not null && !room.MayName(space)
            select $"{source.At(match.Index)}: {source.Room} names {space}");

    [Fact]
    public void A_room_never_touches_what_its_row_forbids() =>
        Findings.None(
            from source in SourceTree.Sources
            let room = RoomTable.Find(source.Room)
            where room is not null
            from pattern in room.Never
            from Match match in Regex.Matches(source.Code, pattern)
            select $"{source.At(match.Index)}: {source.Room} touches {match.Value.TrimEnd('.', '(')}");

    /// <summary>The scanner itself: a table that finds nothing because it reads nothing would always pass.</summary>
    [Fact]
    public void The_scanner_sees_what_it_should()
    {
        Assert.True(SourceTree.Sources.Count > 50);
        Assert.Contains(SourceTree.Sources, source => source.Code.Contains("using Gantry.Protocol.Oci;", StringComparison.Ordinal));
        Assert.False(RoomTable.Find("Gantry.Server.Registry")!.MayName("Gantry.Server.Metadata.Sqlite"));
        Assert.False(RoomTable.Find("Gantry.Server.Http.Token")!.MayName("Gantry.Server.Storage.FileSystem"));
        Assert.False(RoomTable.Find("Gantry.Client.Content")!.MayName("Gantry.Client.Remote"));
        Assert.False(RoomTable.Find("Gantry.Build.Dockerfile")!.MayName("Gantry.Server"));
        Assert.True(RoomTable.Find("Gantry.Server.Metadata.Sql.Schema")!.MayName("Gantry.Server.Metadata"));
        const string Code = "a /* x */ \"File.Open\" $\"{b} {{c}} {d(\"e\")}\" @\"f\"\"g\" \"\"\"h \" i\"\"\" '\"' j // k";
        Assert.Equal("a b d( ) j", string.Join(' ', CodeText.Blank(Code).Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        Assert.Equal(Code.Length, CodeText.Blank(Code).Length);
    }

    private static string? LongestSpace(string name)
    {
        while (!Spaces.Contains(name))
        {
            if (name.LastIndexOf('.') is not (> 0 and var dot))
                return null;
            name = name[..dot];
        }
        return name;
    }

    private static bool IsNamespaceDeclaration(string code, int at) => code.AsSpan(0, at).EndsWith("namespace ");

    [GeneratedRegex(@"(?<![\w.])Gantry(?:\.\w+)+")]
    private static partial Regex GantryName();
}
