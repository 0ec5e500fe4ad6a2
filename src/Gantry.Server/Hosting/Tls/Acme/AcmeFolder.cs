using System.Security.Cryptography;
using System.Text;
using Gantry.Server.Storage.FileSystem;

namespace Gantry.Server.Hosting.Tls.Acme;

/// <summary>What is kept of an ACME directory: one folder for each, so that a trial directory's certificate is never shown for another's.</summary>
/// <remarks><code>
///   tls/acme/HOST-HASH/
///     account.key        the account is this key; who has it can order and revoke
///     certificate.pem    key and chain in one file: a crash leaves the old pair or the new one
/// </code></remarks>
internal sealed class AcmeFolder
{
    private readonly string _folder;

    /// <param name="tls">The data folder's <c>tls</c>.</param>
    /// <param name="directory">The directory's URL.</param>
    public AcmeFolder(string tls, Uri directory)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(directory.AbsoluteUri)))[..8];
        _folder = Path.Join(tls, "acme", $"{directory.Host.Trim('[', ']').Replace(':', '_')}-{hash}");
    }

    private string AccountFile => Path.Join(_folder, "account.key");

    private string CertificateFile => Path.Join(_folder, "certificate.pem");

    /// <summary>The account's key, made where there is none.</summary>
    /// <exception cref="ServerOptionsException">The file is there and cannot be used: a new account would not be the one that was bound or allowed.</exception>
    public AcmeKey LoadAccount()
    {
        PrivateFiles.CreateFolderDurably(_folder, LocalFiles.Instance);
        try
        {
            if (File.Exists(AccountFile))
                return AcmeKey.FromPem(File.ReadAllText(AccountFile));
            var made = AcmeKey.Create();
            DurableFile.Write(AccountFile, made.ExportPem(), secret: true);
            return made;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new ServerOptionsException($"cannot use the ACME account's key {AccountFile}: {e.Message}", e);
        }
    }

    /// <summary>The certificate of the last order; null where there is none that can be used.</summary>
    public ServerCertificate? LoadCertificate()
    {
        try
        {
            if (!File.Exists(CertificateFile))
                return null;
            var pem = File.ReadAllText(CertificateFile);
            return ServerCertificate.FromPem(pem, pem);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            // The next order replaces it.
            return null;
        }
    }

    public void Save(string key, string chain) => DurableFile.Write(CertificateFile, key + chain, secret: true);
}
