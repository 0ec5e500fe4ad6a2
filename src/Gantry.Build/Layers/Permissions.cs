namespace Gantry.Build.Layers;

/// <summary>Permission bits, which C# cannot write in octal.</summary>
public static class Permissions
{
    /// <summary>0755</summary>
    public const int Folder = 0x1ED;

    /// <summary>0644</summary>
    public const int File = 0x1A4;

    /// <summary>0600</summary>
    public const int Private = 0x180;

    /// <summary>0777, which every symbolic link has.</summary>
    public const int All = 0x1FF;

    /// <summary>07777: permissions with setuid, setgid and sticky.</summary>
    public const int Bits = 0xFFF;
}
