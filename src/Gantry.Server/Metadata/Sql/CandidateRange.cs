namespace Gantry.Server.Metadata.Sql;

/// <summary>Which candidates a page has.</summary>
/// <param name="Until">Younger ones are left out.</param>
/// <param name="Since">The time of the last one of the page before; null for the first page.</param>
/// <param name="Row">Its row.</param>
/// <param name="Limit">Most of them.</param>
internal readonly record struct CandidateRange(DateTimeOffset Until, DateTimeOffset? Since, long Row, int Limit);
