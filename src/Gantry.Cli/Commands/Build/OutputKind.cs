namespace Gantry.Cli.Commands.Build;

/// <summary>What a build's result becomes.</summary>
internal enum OutputKind
{
    /// <summary>Nothing: it was built to see whether it would.</summary>
    None,

    /// <summary>An image in registries.</summary>
    Registry,

    /// <summary>A tar of the OCI image layout.</summary>
    LayoutArchive,

    /// <summary>A folder in the OCI image layout.</summary>
    Layout,

    /// <summary>A tar that docker loads.</summary>
    DockerArchive,

    /// <summary>A folder with the root file system.</summary>
    Folder,

    /// <summary>A tar of the root file system.</summary>
    Tar,
}
