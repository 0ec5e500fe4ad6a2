namespace Gantry.Build.Dockerfile;

/// <summary>Text between a <c>&lt;&lt;NAME</c> marker's line and the line <c>NAME</c>.</summary>
/// <param name="Name">The delimiter, without quotes; COPY names the file by it.</param>
/// <param name="Expand">Variables are replaced: the delimiter was not quoted.</param>
/// <param name="StripTabs">Leading tabs are gone: the marker was <c>&lt;&lt;-</c>.</param>
/// <param name="Content">The lines, each ended by a newline.</param>
/// <param name="Span">The marker.</param>
public sealed record HereDocument(string Name, bool Expand, bool StripTabs, string Content, SourceSpan Span);
