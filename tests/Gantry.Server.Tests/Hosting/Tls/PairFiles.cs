using System.Security.Cryptography.X509Certificates;
using Gantry.Testing;

namespace Gantry.Server.Tests.Hosting.Tls;

/// <summary>A certificate and its key as files, replaced as people and Kubernetes replace them.</summary>
internal sealed class PairFiles(TemporaryFolder folder)
{
    public string Certificate => folder.Join("tls.crt");

    public string Key => folder.Join("tls.key");

    /// <summary>Each file by a rename, the key first.</summary>
    public void Replace(X509Certificate2 certificate, string more = "")
    {
        Rename(Key, certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        Rename(Certificate, certificate.ExportCertificatePem() + "\n" + more);
    }

    /// <summary>Both at once: the files are links into <c>..data</c>, and that is a link that changes.</summary>
    public void Swap(X509Certificate2 certificate)
    {
        var version = folder.Join($"..{Guid.NewGuid():N}");
        Directory.CreateDirectory(version);
        File.WriteAllText(Path.Join(version, "tls.key"), certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(Path.Join(version, "tls.crt"), certificate.ExportCertificatePem());
        var link = folder.Join($"..link{Guid.NewGuid():N}");
        Directory.CreateSymbolicLink(link, version);
        var data = folder.Join("..data");
        if (Directory.Exists(data))
            Directory.Delete(data);
        Directory.Move(link, data);
        if (File.Exists(Certificate))
            return;
        File.CreateSymbolicLink(Certificate, Path.Join("..data", "tls.crt"));
        File.CreateSymbolicLink(Key, Path.Join("..data", "tls.key"));
    }

    private static void Rename(string path, string text)
    {
        File.WriteAllText(path + ".new", text);
        File.Move(path + ".new", path, overwrite: true);
    }
}
