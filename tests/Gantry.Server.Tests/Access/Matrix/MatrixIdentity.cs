namespace Gantry.Server.Tests.Access.Matrix;

/// <summary>One row of <see cref="MatrixTables.Identities"/>.</summary>
/// <param name="Registry">The registry that it belongs to, and is tried at.</param>
/// <param name="Name">How the table calls it.</param>
/// <param name="Kind">How it is made: <c>principal</c>, <c>group</c>, <c>map</c>, <c>admin</c>, <c>nobody</c>, and what was done to it afterwards.</param>
/// <param name="Made">Its role, or its scope map's actions; with <c>@</c> a prefix, with <c>?</c> the condition.</param>
/// <param name="Has">Letters and where they count: <c>prc@* w@team/app</c>.</param>
internal sealed record MatrixIdentity(string Registry, string Name, string Kind, string Made, string Has)
{
    private readonly (string Letters, IReadOnlyList<string> Repositories)[] _has =
        [.. Has.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(each => each != "-").Select(each => (each[..each.IndexOf('@', StringComparison.Ordinal)], MatrixTables.Places[each[(each.IndexOf('@', StringComparison.Ordinal) + 1)..]]))];

    public bool IsNobody => Kind == "nobody";

    /// <summary>Whether what it shows still counts.</summary>
    public bool IsRefused => Kind is "disabled" or "deleted" or "expired" or "map disabled" or "map expired" or "admin off" or "wrong" or "foreign";

    /// <summary>Whether it has a right at a repository, or at the registry where that is empty.</summary>
    public bool HasAt(char letter, string repository) =>
        _has.Any(row => row.Letters.Contains(letter, StringComparison.Ordinal) && row.Repositories.Contains(repository));

    public bool HasSomewhere(char letter) => _has.Any(row => row.Letters.Contains(letter, StringComparison.Ordinal));

    public override string ToString() => $"{Name} at {Registry}";

    public static IReadOnlyList<MatrixIdentity> Read(string table) =>
        [.. MatrixTables.Rows(table).Select(cells => new MatrixIdentity(cells[0], cells[1], cells[2], cells[3], cells[4]))];
}
