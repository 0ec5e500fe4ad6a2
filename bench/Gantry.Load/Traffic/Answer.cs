namespace Gantry.Load.Traffic;

/// <summary>What is looked at of an answer.</summary>
/// <param name="Status">200 and so on.</param>
/// <param name="Length">Bytes of its body.</param>
/// <param name="Location">As it was sent.</param>
internal readonly record struct Answer(int Status, long Length, string? Location);
