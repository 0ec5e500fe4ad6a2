using Gantry.Protocol.Token;

namespace Gantry.Client.Remote;

/// <summary>What a request tells the handlers on its way down; none of it reaches the wire.</summary>
internal static class RequestMarks
{
    private static readonly HttpRequestOptionsKey<IReadOnlyList<Scope>> ScopesKey = new("gantry.scopes");
    private static readonly HttpRequestOptionsKey<bool> OnceKey = new("gantry.once");
    private static readonly HttpRequestOptionsKey<bool> RepeatableKey = new("gantry.repeatable");
    private static readonly HttpRequestOptionsKey<bool> TokenKey = new("gantry.token");
    private static readonly HttpRequestOptionsKey<string?> SignedAsKey = new("gantry.signed-as");
    private static readonly HttpRequestOptionsKey<bool> AnonymousKey = new("gantry.anonymous");
    private static readonly HttpRequestOptionsKey<bool> LeftKey = new("gantry.left");

    extension(HttpRequestMessage request)
    {
        /// <summary>The rights to ask a token for before the registry says so.</summary>
        public IReadOnlyList<Scope> Scopes
        {
            get => request.Options.TryGetValue(ScopesKey, out var scopes) ? scopes : [];
            set => request.Options.Set(ScopesKey, value);
        }

        /// <summary>Its sender repeats it in its own way: an upload begins again with a new session.</summary>
        public bool IsSentOnce
        {
            get => request.Options.TryGetValue(OnceKey, out var value) && value;
            set => request.Options.Set(OnceKey, value);
        }

        /// <summary>A POST that does no harm when it is carried out twice.</summary>
        public bool IsRepeatable
        {
            get => request.Method != HttpMethod.Post || (request.Options.TryGetValue(RepeatableKey, out var value) && value);
            set => request.Options.Set(RepeatableKey, value);
        }

        /// <summary>Asks for a token: the one request whose credentials may go to another origin, where the realm rules allow.</summary>
        public bool IsForToken
        {
            get => request.Options.TryGetValue(TokenKey, out var value) && value;
            set => request.Options.Set(TokenKey, value);
        }

        /// <summary>As whom the registry was asked with a token that it gave for a credential, or with a password; null for nobody.</summary>
        public string? SignedAs
        {
            get => request.Options.TryGetValue(SignedAsKey, out var value) ? value : null;
            set => request.Options.Set(SignedAsKey, value);
        }

        /// <summary>Goes without credentials, to see the challenge.</summary>
        public bool IsAnonymous
        {
            get => request.Options.TryGetValue(AnonymousKey, out var value) && value;
            set => request.Options.Set(AnonymousKey, value);
        }

        /// <summary>A redirect has led it to another origin, whence it may have come back.</summary>
        public bool HasLeft
        {
            get => request.Options.TryGetValue(LeftKey, out var value) && value;
            set => request.Options.Set(LeftKey, value);
        }
    }
}
