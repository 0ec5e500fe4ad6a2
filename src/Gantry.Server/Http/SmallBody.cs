using Gantry.Protocol.Distribution;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http;

/// <summary>Reads the small bodies of sign-in and management.</summary>
internal static class SmallBody
{
    /// <exception cref="RegistryException">The body is larger.</exception>
    public static ValueTask<ReadOnlyMemory<byte>> ReadAsync(HttpContext http, int limit) =>
        RequestBody.ReadAsync(http, limit, new RegistryException(StatusCodes.Status413PayloadTooLarge,
            [new RegistryError(ErrorCode.RequestInvalid, $"the body is larger than {limit} bytes")]));
}
