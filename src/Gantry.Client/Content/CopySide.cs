namespace Gantry.Client.Content;

/// <summary>The end of a copy that something happened at.</summary>
public enum CopySide
{
    Source,
    Destination,
}
