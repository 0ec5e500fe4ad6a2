namespace Gantry.Server.Metadata;

/// <summary>A row of a dump.</summary>
/// <param name="Table">Whose it is.</param>
/// <param name="Columns">The table's columns, in the order of the values.</param>
/// <param name="Values">Whole numbers as <c>long</c>, texts, byte arrays, null.</param>
public sealed record DumpRow(string Table, IReadOnlyList<string> Columns, object?[] Values)
{
    /// <summary>The value of a column.</summary>
    /// <exception cref="InvalidDataException">The table has no such column, or it holds another kind of value.</exception>
    public T Of<T>(string column)
    {
        for (var i = 0; i < Columns.Count; i++)
        {
            if (Columns[i] == column && Values[i] is T value)
                return value;
        }
        throw new InvalidDataException($"a row of {Table} has no {column}");
    }
}
