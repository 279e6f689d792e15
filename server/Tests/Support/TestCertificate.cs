using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Holdfast.Tests.Support;

/// <summary>A certificate that nobody has vouched for.</summary>
internal static class TestCertificate
{
    /// <summary>Writes one for the name <c>localhost</c>, with its key, as PEM.</summary>
    /// <returns>The file.</returns>
    internal static string Write(string file)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllText(file, $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
        return file;
    }
}
