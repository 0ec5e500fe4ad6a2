using Gantry.Server.Http.Acr;
using Gantry.Server.Http.Distribution;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http;

/// <summary>What every 405 must say (RFC 9110 section 15.5.6): the methods that its resource has.</summary>
internal static class AllowedMethods
{
    private const string Read = "GET, HEAD";

    public static string Of(DistributionResource resource) => resource switch
    {
        DistributionResource.None => "",
        DistributionResource.Manifest => $"{Read}, PUT, DELETE",
        DistributionResource.Blob => $"{Read}, DELETE",
        DistributionResource.UploadStart => "POST",
        DistributionResource.Upload => $"{Read}, PATCH, PUT, DELETE",
        _ => Read,
    };

    public static string Of(AcrResource resource) => resource switch
    {
        AcrResource.None => "",
        AcrResource.Repository or AcrResource.Tag => $"{Read}, PATCH, DELETE",
        // A manifest is deleted through /v2, by az too.
        AcrResource.Manifest => $"{Read}, PATCH",
        _ => Read,
    };

    /// <summary>What is left of a resource's methods where a rule refused one that it has: a lock, a policy, content in use. A refused read refuses HEAD as well.</summary>
    public static string Besides(string refused, ReadOnlySpan<char> path)
    {
        var resource = DistributionRoute.Match(path).Resource;
        var methods = resource == DistributionResource.None ? Of(AcrRoute.Match(path).Resource) : Of(resource);
        var isRead = HttpMethods.IsGet(refused) || HttpMethods.IsHead(refused);
        return string.Join(", ", methods.Split(", ").Where(method =>
            !HttpMethods.Equals(method, refused) && !(isRead && (HttpMethods.IsGet(method) || HttpMethods.IsHead(method)))));
    }
}
